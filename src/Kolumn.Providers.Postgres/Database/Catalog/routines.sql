-- Functions ($3 is f) or procedures (p) in any language but C and the server's own. $1 schemas and $2 names, or NULL for all outside the
-- system's schemas. Defaults are asked for by position among the arguments that go in. What PostgreSQL has understood of a body is shown
-- by pg_get_functiondef alone on every version; it comes last there.
SELECT n.nspname::text, p.proname::text, l.lanname::text, p.prosrc,
       CASE WHEN (to_jsonb(p) ->> 'prosqlbody') IS NOT NULL
            THEN substring(pg_catalog.pg_get_functiondef(p.oid) FROM E'\n((?:BEGIN ATOMIC|RETURN ).*?)\\s*$') END,
       p.prosecdef, p.proconfig, d.description, pg_catalog.pg_get_userbyid(p.proowner)::text,
       p.proargnames,
       ARRAY(SELECT pg_catalog.format_type(a.type, NULL)
             FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) WITH ORDINALITY AS a (type, place) ORDER BY a.place),
       p.proargmodes::text[],
       ARRAY(SELECT pg_catalog.pg_get_function_arg_default(p.oid, a.place::int)
             FROM generate_subscripts(coalesce(p.proallargtypes, p.proargtypes::oid[]), 1) WITH ORDINALITY AS a (subscript, place) ORDER BY a.place),
       p.oid::bigint,
       pg_catalog.pg_get_function_result(p.oid), p.proretset, p.provolatile::text, p.proisstrict, p.proleakproof, p.proparallel::text,
       p.procost, p.prorows
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_language l ON l.oid = p.prolang
LEFT JOIN pg_catalog.pg_description d
       ON d.objoid = p.oid AND d.classoid = 'pg_catalog.pg_proc'::regclass AND d.objsubid = 0
WHERE p.prokind::text = $3 AND l.lanname NOT IN ('c', 'internal')
  AND CASE WHEN $1::text[] IS NULL
           THEN n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
           ELSE (n.nspname::text, p.proname::text) IN (SELECT s, r FROM unnest($1::text[], $2::text[]) AS wanted (s, r))
      END
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 'pg_catalog.pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
ORDER BY n.nspname, p.proname, p.oid
