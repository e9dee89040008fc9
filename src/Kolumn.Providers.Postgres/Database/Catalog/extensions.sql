-- $2 names of extensions, or NULL for all but those that every database has; $1, their schemas, have no meaning
SELECT e.extname::text, n.nspname::text, e.extversion, d.description
FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
LEFT JOIN pg_catalog.pg_description d
       ON d.objoid = e.oid AND d.classoid = 'pg_catalog.pg_extension'::regclass AND d.objsubid = 0
-- 16384 is the first object identifier that initdb does not give away (FirstNormalObjectId)
WHERE CASE WHEN $1::text[] IS NULL THEN e.oid >= 16384 ELSE e.extname = ANY ($2::text[]) END
ORDER BY e.extname
