-- Which roles a role belongs to, whoever has taken it in. $2 names or NULL for all; $1, their schemas, have none. Whether one inherits is told
-- where it differs from what the role itself does.
SELECT r.rolname::text, g.rolname::text, bool_or(m.admin_option), nullif(bool_or(m.inherit_option), r.rolinherit), bool_or(m.set_option)
FROM pg_catalog.pg_auth_members m
JOIN pg_catalog.pg_roles r ON r.oid = m.member
JOIN pg_catalog.pg_roles g ON g.oid = m.roleid
WHERE $1::text[] IS NULL OR r.rolname = ANY ($2::text[])
GROUP BY r.rolname, g.rolname, r.rolinherit
