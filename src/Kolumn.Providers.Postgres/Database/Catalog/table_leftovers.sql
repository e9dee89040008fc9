-- Indexes that an interrupted making of a key left: those of Kolumn's own names beside no index that they were to replace. $1 schemas and $2 names of tables, or NULL for all
SELECT l.indrelid::bigint, lc.relname::text
FROM pg_catalog.pg_class lc
JOIN pg_catalog.pg_index l ON l.indexrelid = lc.oid
JOIN pg_catalog.pg_class c ON c.oid = l.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE lc.relkind = 'i' AND right(lc.relname::text, 11) IN ('_kolumn_new', '_kolumn_old') AND c.relkind = 'r' AND NOT c.relispartition
  AND ($1::text[] IS NULL OR (n.nspname::text, c.relname::text) IN (SELECT s, r FROM unnest($1::text[], $2::text[]) AS wanted (s, r)))
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = lc.oid)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_index b JOIN pg_catalog.pg_class bc ON bc.oid = b.indexrelid
                  WHERE b.indrelid = l.indrelid AND b.indexrelid <> l.indexrelid
                    AND (bc.relname || right(lc.relname, 11) = lc.relname OR octet_length(lc.relname::text) > 58 AND starts_with(bc.relname::text, left(lc.relname, -11)))
                    AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = b.indexrelid AND k.contype IN ('p', 'u', 'x')))
ORDER BY lc.relname
