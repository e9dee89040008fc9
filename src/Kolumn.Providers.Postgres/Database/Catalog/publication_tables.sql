-- Tables of those publications with their columns, in the table's order, and conditions (PostgreSQL 15 and later)
SELECT p.pubname::text, n.nspname::text, c.relname::text,
       CASE WHEN r.prattrs IS NOT NULL THEN ARRAY(
            SELECT a.attname::text FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs::int2[]) ORDER BY a.attnum) END,
       pg_catalog.pg_get_expr(r.prqual, r.prrelid)
FROM pg_catalog.pg_publication_rel r
JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
JOIN pg_catalog.pg_class c ON c.oid = r.prrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE $1::text[] IS NULL OR p.pubname = ANY ($2::text[])
