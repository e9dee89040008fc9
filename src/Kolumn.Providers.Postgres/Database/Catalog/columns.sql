-- Columns of ordinary tables, in their order. $1 schemas and $2 names, or NULL for all outside the system's schemas.
-- A column is serial when its default draws from a sequence that it owns.
SELECT a.attrelid::bigint, a.attnum::int, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
       pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attgenerated::text, a.attidentity::text,
       CASE WHEN cn.nspname = 'pg_catalog' THEN pg_catalog.quote_ident(co.collname)
            ELSE pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(co.collname) END,
       m.description,
       q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, q.seqcycle,
       coalesce(s.deptype = 'a' AND pg_catalog.pg_get_expr(d.adbin, d.adrelid)
                = pg_catalog.format('nextval(%L::regclass)', q.seqrelid::regclass::text), false)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
LEFT JOIN pg_catalog.pg_description m
       ON m.objoid = a.attrelid AND m.classoid = 'pg_catalog.pg_class'::regclass AND m.objsubid = a.attnum
LEFT JOIN (pg_catalog.pg_depend s JOIN pg_catalog.pg_sequence q ON q.seqrelid = s.objid)
       ON s.classid = 'pg_catalog.pg_class'::regclass AND s.refclassid = 'pg_catalog.pg_class'::regclass
      AND s.refobjid = a.attrelid AND s.refobjsubid = a.attnum
      AND (s.deptype = 'i' OR (s.deptype = 'a' AND EXISTS (
              SELECT FROM pg_catalog.pg_depend u
              WHERE u.classid = 'pg_catalog.pg_attrdef'::regclass AND u.objid = d.oid
                AND u.refclassid = 'pg_catalog.pg_class'::regclass AND u.refobjid = q.seqrelid)))
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND CASE WHEN $1::text[] IS NULL
           THEN n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
           ELSE (n.nspname::text, c.relname::text) IN (SELECT s, r FROM unnest($1::text[], $2::text[]) AS wanted (s, r))
      END
ORDER BY a.attrelid, a.attnum
