-- Roles. $2 names, or NULL for all that may log in ($3) or not, without the server's own; $1, their schemas, have none.
-- 10 is BOOTSTRAP_SUPERUSERID: who made the cluster.
SELECT r.rolname::text, r.rolcanlogin, r.rolsuper, r.rolcreatedb, r.rolcreaterole, r.rolinherit, r.rolreplication, r.rolbypassrls, r.rolconnlimit,
       CASE WHEN isfinite(r.rolvaliduntil) THEN to_char(r.rolvaliduntil AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') END,
       pg_catalog.shobj_description(r.oid, 'pg_authid')
FROM pg_catalog.pg_roles r
WHERE CASE WHEN $1::text[] IS NULL
           THEN r.rolcanlogin = $3 AND r.oid <> 10 AND r.rolname !~ '^pg_'
           ELSE r.rolname = ANY ($2::text[])
      END
ORDER BY r.rolname
