-- Checks of domains. $1 schemas and $2 names of domains, or NULL for all outside the system's schemas
SELECT t.oid::bigint, k.conname::text, pg_catalog.pg_get_expr(k.conbin, 0), k.convalidated
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_type t ON t.oid = k.contypid
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE k.contype = 'c'
  AND CASE WHEN $1::text[] IS NULL
           THEN n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
           ELSE (n.nspname::text, t.typname::text) IN (SELECT s, r FROM unnest($1::text[], $2::text[]) AS wanted (s, r))
      END
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 'pg_catalog.pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
ORDER BY t.oid, k.conname
