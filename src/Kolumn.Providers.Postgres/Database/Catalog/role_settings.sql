-- Settings of roles, in all databases or in one. $2 names or NULL for all; $1, their schemas, have none.
SELECT r.rolname::text, d.datname::text, s.setconfig
FROM pg_catalog.pg_db_role_setting s
JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
WHERE (s.setdatabase = 0 OR d.oid IS NOT NULL) AND ($1::text[] IS NULL OR r.rolname = ANY ($2::text[]))
