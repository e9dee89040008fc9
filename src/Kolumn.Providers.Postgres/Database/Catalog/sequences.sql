-- Sequences that neither an identity nor a serial column brings. $1 schemas and $2 names, or NULL for all outside the system's schemas
SELECT n.nspname::text, c.relname::text, pg_catalog.format_type(q.seqtypid, NULL),
       q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, q.seqcycle,
       tn.nspname::text, t.relname::text, a.attname::text, c.relpersistence = 'u', m.description, pg_catalog.pg_get_userbyid(c.relowner)::text
FROM pg_catalog.pg_sequence q
JOIN pg_catalog.pg_class c ON c.oid = q.seqrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_depend o
       ON o.classid = 'pg_catalog.pg_class'::regclass AND o.objid = c.oid AND o.objsubid = 0
      AND o.refclassid = 'pg_catalog.pg_class'::regclass AND o.deptype IN ('a', 'i')
LEFT JOIN pg_catalog.pg_class t ON t.oid = o.refobjid
LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = o.refobjid AND d.adnum = o.refobjsubid
LEFT JOIN pg_catalog.pg_description m
       ON m.objoid = c.oid AND m.classoid = 'pg_catalog.pg_class'::regclass AND m.objsubid = 0
WHERE o.deptype IS DISTINCT FROM 'i'
  AND coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid) <> pg_catalog.format('nextval(%L::regclass)', c.oid::regclass::text), true)
  AND CASE WHEN $1::text[] IS NULL
           THEN n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
           ELSE (n.nspname::text, c.relname::text) IN (SELECT s, r FROM unnest($1::text[], $2::text[]) AS wanted (s, r))
      END
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
ORDER BY n.nspname, c.relname
