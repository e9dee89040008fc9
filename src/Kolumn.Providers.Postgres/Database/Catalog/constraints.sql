-- Primary, unique, check, foreign key and exclusion constraints, those left out that a partitioned table gives to others. $1 schemas and $2 names of tables, or NULL for all outside the system's schemas
SELECT k.conrelid::bigint, k.conname::text, k.contype::text, k.conkey, k.condeferrable, k.condeferred, k.convalidated, k.connoinherit,
       CASE WHEN k.contype = 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END,
       CASE WHEN k.contype IN ('p', 'u', 'x') AND i.indnatts > i.indnkeyatts THEN ARRAY(
            SELECT a.attnum FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS part (attnum, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = part.attnum
            WHERE part.place > i.indnkeyatts ORDER BY part.place) END,
       CASE WHEN k.contype = 'u' THEN coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) ELSE false END,
       fn.nspname::text, fc.relname::text,
       CASE WHEN k.contype = 'f' THEN ARRAY(
            SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS part (attnum, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = part.attnum
            ORDER BY part.place) END,
       k.confdeltype::text, k.confupdtype::text, k.confmatchtype::text,
       k.conindid::bigint, am.amname::text, pg_catalog.pg_get_expr(i.indpred, i.indrelid)
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
LEFT JOIN pg_catalog.pg_am am ON am.oid = ic.relam
LEFT JOIN pg_catalog.pg_class fc ON fc.oid = k.confrelid AND k.contype = 'f'
LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = fc.relnamespace
WHERE k.contype IN ('p', 'u', 'c', 'f', 'x') AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND k.conparentid = 0
  AND CASE WHEN $1::text[] IS NULL
           THEN n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
           ELSE (n.nspname::text, c.relname::text) IN (SELECT s, r FROM unnest($1::text[], $2::text[]) AS wanted (s, r))
      END
ORDER BY k.conrelid, k.conname
