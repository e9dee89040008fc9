-- Databases of the server. $2 names, or NULL for all but those that every server has, and that only where somebody looks from the one that is there for it; $1, their schemas, have none.
-- Columns that came with later versions are asked for as JSON: datlocprovider with 15, datlocale in place of daticulocale with 17.
SELECT d.datname::text, pg_catalog.pg_get_userbyid(d.datdba)::text, pg_catalog.pg_encoding_to_char(d.encoding)::text, d.datcollate::text, d.datctype::text,
       CASE j.row ->> 'datlocprovider' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END, coalesce(j.row ->> 'datlocale', j.row ->> 'daticulocale'),
       d.datconnlimit, d.datallowconn, d.datistemplate, t.spcname::text, s.setconfig, pg_catalog.shobj_description(d.oid, 'pg_database')
FROM pg_catalog.pg_database d
JOIN pg_catalog.pg_tablespace t ON t.oid = d.dattablespace
LEFT JOIN pg_catalog.pg_db_role_setting s ON s.setdatabase = d.oid AND s.setrole = 0
CROSS JOIN LATERAL (SELECT to_jsonb(d) - 'datacl') AS j (row)
WHERE CASE WHEN $1::text[] IS NULL
           THEN current_database() = 'postgres' AND d.datname NOT IN ('postgres', 'template0', 'template1')
           ELSE d.datname = ANY ($2::text[])
      END
ORDER BY d.datname
