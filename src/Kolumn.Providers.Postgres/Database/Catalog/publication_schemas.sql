-- Schemas of those publications (PostgreSQL 15 and later)
SELECT p.pubname::text, n.nspname::text
FROM pg_catalog.pg_publication_namespace s
JOIN pg_catalog.pg_publication p ON p.oid = s.pnpubid
JOIN pg_catalog.pg_namespace n ON n.oid = s.pnnspid
WHERE $1::text[] IS NULL OR p.pubname = ANY ($2::text[])
