-- The parts of those indexes or, when $3, of exclusion constraints of the tables called $1 and $2, in their order; what equals the
-- default of the part's type or column is NULL
SELECT i.indexrelid::bigint, ia.attnum > i.indnkeyatts, a.attname::text,
       CASE WHEN i.indkey[ia.attnum - 1] = 0 THEN pg_catalog.pg_get_indexdef(i.indexrelid, ia.attnum::int, false) END,
       CASE WHEN ia.attnum <= i.indnkeyatts THEN i.indoption[ia.attnum - 1]::int ELSE 0 END,
       CASE WHEN oc.opcdefault THEN NULL
            WHEN ocn.nspname = 'pg_catalog' THEN pg_catalog.quote_ident(oc.opcname)
            ELSE pg_catalog.quote_ident(ocn.nspname) || '.' || pg_catalog.quote_ident(oc.opcname) END,
       CASE WHEN con.nspname = 'pg_catalog' THEN pg_catalog.quote_ident(co.collname)
            ELSE pg_catalog.quote_ident(con.nspname) || '.' || pg_catalog.quote_ident(co.collname) END,
       CASE WHEN opn.nspname = 'pg_catalog' THEN op.oprname::text
            ELSE 'OPERATOR(' || pg_catalog.quote_ident(opn.nspname) || '.' || op.oprname || ')' END
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
JOIN pg_catalog.pg_attribute ia ON ia.attrelid = i.indexrelid
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[ia.attnum - 1] AND i.indkey[ia.attnum - 1] <> 0
JOIN pg_catalog.pg_type it ON it.oid = ia.atttypid
LEFT JOIN pg_catalog.pg_opclass oc ON ia.attnum <= i.indnkeyatts AND oc.oid = i.indclass[ia.attnum - 1]
LEFT JOIN pg_catalog.pg_namespace ocn ON ocn.oid = oc.opcnamespace
LEFT JOIN pg_catalog.pg_collation co
       ON ia.attnum <= i.indnkeyatts AND co.oid = i.indcollation[ia.attnum - 1]
      AND co.oid <> coalesce(a.attcollation, it.typcollation)
LEFT JOIN pg_catalog.pg_namespace con ON con.oid = co.collnamespace
LEFT JOIN pg_catalog.pg_constraint x ON x.conindid = i.indexrelid AND x.contype = 'x'
LEFT JOIN pg_catalog.pg_operator op ON op.oid = x.conexclop[ia.attnum]
LEFT JOIN pg_catalog.pg_namespace opn ON opn.oid = op.oprnamespace
WHERE t.relkind IN ('r', 'm', 'p') AND NOT t.relispartition
  AND ($3::boolean AND i.indexrelid IN (SELECT k.conindid FROM pg_catalog.pg_constraint k WHERE k.contype = 'x')
       OR NOT $3::boolean AND i.indexrelid NOT IN (SELECT k.conindid FROM pg_catalog.pg_constraint k WHERE k.contype IN ('p', 'u', 'x')))
  AND CASE WHEN $1::text[] IS NULL
           THEN n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
           ELSE (n.nspname::text, CASE WHEN $3::boolean THEN t.relname ELSE c.relname END::text) IN (SELECT s, r FROM unnest($1::text[], $2::text[]) AS wanted (s, r))
      END
ORDER BY i.indexrelid, ia.attnum
