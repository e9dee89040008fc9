-- Indexes that do not belong to a constraint. $1 schemas and $2 names of indexes, or NULL for all outside the system's schemas but for
-- those that an interrupted replacement left, which are told with what they were to replace
SELECT i.indexrelid::bigint, n.nspname::text, c.relname::text, tn.nspname::text, t.relname::text, am.amname::text,
       i.indisunique, coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false), i.indisvalid,
       pg_catalog.pg_get_expr(i.indpred, i.indrelid), d.description,
       ARRAY(SELECT lc.relname::text FROM pg_catalog.pg_index l JOIN pg_catalog.pg_class lc ON lc.oid = l.indexrelid
             WHERE l.indrelid = i.indrelid AND lc.relname ~ '_kolumn_(new|old)$'
               AND (c.relname || right(lc.relname, 11) = lc.relname OR octet_length(lc.relname::text) > 58 AND starts_with(c.relname::text, left(lc.relname, -11)))
             ORDER BY lc.relname)
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
JOIN pg_catalog.pg_am am ON am.oid = c.relam
LEFT JOIN pg_catalog.pg_description d
       ON d.objoid = c.oid AND d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = 0
WHERE t.relkind IN ('r', 'm', 'p') AND NOT t.relispartition
  AND CASE WHEN $1::text[] IS NULL
           THEN n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND right(c.relname::text, 11) NOT IN ('_kolumn_new', '_kolumn_old')
           ELSE (n.nspname::text, c.relname::text) IN (SELECT s, r FROM unnest($1::text[], $2::text[]) AS wanted (s, r))
      END
  AND i.indexrelid NOT IN (SELECT k.conindid FROM pg_catalog.pg_constraint k WHERE k.contype IN ('p', 'u', 'x'))
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid IN (c.oid, t.oid) AND e.deptype = 'e')
ORDER BY n.nspname, c.relname
