-- Access control lists: kind, schema, name, types of a routine's arguments, column, owner, the list (NULL while it is standard) and the standard one. $1 schemas and $2
-- names with $3 kinds, or NULL for all lists outside the system's schemas and Kolumn's own ($4) that somebody has changed. What initdb and extensions have
-- granted (pg_init_privs) is standard.
SELECT o.kind, o.schema, o.name, o.types, o.part, pg_catalog.pg_get_userbyid(o.owner)::text, o.acl::text[], coalesce(i.initprivs, o.standard)::text[]
FROM (
    SELECT CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END AS kind, n.nspname::text AS schema, c.relname::text AS name, NULL::text[] AS types, NULL::text AS part, c.relowner AS owner,
           c.relacl AS acl, pg_catalog.acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner) AS standard,
           'pg_catalog.pg_class'::regclass::oid AS class, c.oid AS object, 0 AS sub
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    UNION ALL
    SELECT 'table', n.nspname::text, c.relname::text, NULL, a.attname::text, c.relowner, a.attacl, '{}', 'pg_catalog.pg_class'::regclass::oid, c.oid, a.attnum
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    UNION ALL
    SELECT 'schema', '', n.nspname::text, NULL, NULL, n.nspowner, n.nspacl, pg_catalog.acldefault('n', n.nspowner), 'pg_catalog.pg_namespace'::regclass::oid, n.oid, 0
    FROM pg_catalog.pg_namespace n
    UNION ALL
    SELECT 'database', '', d.datname::text, NULL, NULL, d.datdba, d.datacl, pg_catalog.acldefault('d', d.datdba), 'pg_catalog.pg_database'::regclass::oid, d.oid, 0
    FROM pg_catalog.pg_database d WHERE $1::text[] IS NOT NULL OR d.datname = current_database()
    UNION ALL
    SELECT CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, n.nspname::text, p.proname::text,
           ARRAY(SELECT pg_catalog.format_type(t.type, NULL) FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS t (type, place) ORDER BY t.place), NULL,
           p.proowner, p.proacl, pg_catalog.acldefault('f', p.proowner), 'pg_catalog.pg_proc'::regclass::oid, p.oid, 0
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    UNION ALL
    SELECT 'type', n.nspname::text, t.typname::text, NULL, NULL, t.typowner, t.typacl, pg_catalog.acldefault('T', t.typowner), 'pg_catalog.pg_type'::regclass::oid, t.oid, 0
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype <> 'p' AND t.typcategory <> 'A' AND (t.typrelid = 0 OR EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
) AS o
LEFT JOIN pg_catalog.pg_init_privs i ON i.classoid = o.class AND i.objoid = o.object AND i.objsubid = o.sub
WHERE CASE WHEN $1::text[] IS NULL
           THEN o.acl IS NOT NULL AND o.schema NOT IN ('information_schema', $4) AND o.schema !~ '^pg_'
                AND NOT (o.kind = 'schema' AND (o.name ~ '^pg_' OR o.name IN ('information_schema', $4)))
           ELSE (o.kind, o.schema, o.name) IN (SELECT k, s, r FROM unnest($3::text[], $1::text[], $2::text[]) AS wanted (k, s, r))
      END
ORDER BY o.kind, o.schema, o.name
