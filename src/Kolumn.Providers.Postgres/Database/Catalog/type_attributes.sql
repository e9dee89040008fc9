-- Attributes of free-standing composite types, in their order. $1 schemas and $2 names, or NULL for all outside the system's schemas
SELECT t.oid::bigint, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod),
       CASE WHEN cn.nspname = 'pg_catalog' THEN pg_catalog.quote_ident(co.collname)
            ELSE pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(co.collname) END
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
JOIN pg_catalog.pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type at ON at.oid = a.atttypid
LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation AND a.attcollation <> at.typcollation
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
WHERE t.typtype = 'c'
  AND CASE WHEN $1::text[] IS NULL
           THEN n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
           ELSE (n.nspname::text, t.typname::text) IN (SELECT s, r FROM unnest($1::text[], $2::text[]) AS wanted (s, r))
      END
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 'pg_catalog.pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
ORDER BY t.oid, a.attnum
