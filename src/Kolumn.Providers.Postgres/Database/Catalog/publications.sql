-- Publications. $2 names or NULL for all; $1, their schemas, have none
SELECT p.pubname::text, p.puballtables, p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate,
       coalesce((to_jsonb(p) ->> 'pubviaroot')::boolean, false), d.description, pg_catalog.pg_get_userbyid(p.pubowner)::text
FROM pg_catalog.pg_publication p
LEFT JOIN pg_catalog.pg_description d
       ON d.objoid = p.oid AND d.classoid = 'pg_catalog.pg_publication'::regclass AND d.objsubid = 0
WHERE $1::text[] IS NULL OR p.pubname = ANY ($2::text[])
ORDER BY p.pubname
