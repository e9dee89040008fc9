-- Which roles a role belongs to. $2 names or NULL for all; $1, their schemas, have none. ADMIN is all the option there is.
SELECT r.rolname::text, g.rolname::text, m.admin_option, NULL::boolean, true
FROM pg_catalog.pg_auth_members m
JOIN pg_catalog.pg_roles r ON r.oid = m.member
JOIN pg_catalog.pg_roles g ON g.oid = m.roleid
WHERE $1::text[] IS NULL OR r.rolname = ANY ($2::text[])
