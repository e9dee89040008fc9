-- Tables of those publications where they have neither columns nor conditions
SELECT p.pubname::text, n.nspname::text, c.relname::text
FROM pg_catalog.pg_publication_rel r
JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
JOIN pg_catalog.pg_class c ON c.oid = r.prrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE $1::text[] IS NULL OR p.pubname = ANY ($2::text[])
