-- Triggers that somebody made, not those of constraints nor the copies that partitions get. $1 schemas and $2 names of tables, or NULL for
-- all outside the system's schemas. Only the definition as a whole shows the condition.
SELECT n.nspname::text, c.relname::text, t.tgname::text, t.tgtype::int,
       ARRAY(SELECT a.attname::text FROM unnest(t.tgattr::int2[]) AS part (attnum)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = part.attnum ORDER BY a.attname::text COLLATE "C"),
       CASE WHEN t.tgqual IS NOT NULL
            THEN substring(pg_catalog.pg_get_triggerdef(t.oid, false) FROM ' FOR EACH (?:ROW|STATEMENT) WHEN \((.*)\) EXECUTE (?:FUNCTION|PROCEDURE) ') END,
       fn.nspname::text, f.proname::text, t.tgargs, t.tgoldtable::text, t.tgnewtable::text, t.tgconstraint <> 0, t.tgdeferrable, t.tginitdeferred,
       t.tgenabled::text, d.description
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_proc f ON f.oid = t.tgfoid
JOIN pg_catalog.pg_namespace fn ON fn.oid = f.pronamespace
LEFT JOIN pg_catalog.pg_description d
       ON d.objoid = t.oid AND d.classoid = 'pg_catalog.pg_trigger'::regclass AND d.objsubid = 0
WHERE NOT t.tgisinternal AND t.tgconstrrelid = 0 AND coalesce((to_jsonb(t) ->> 'tgparentid')::oid, 0) = 0
  AND CASE WHEN $1::text[] IS NULL
           THEN n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
           ELSE (n.nspname::text, c.relname::text) IN (SELECT s, r FROM unnest($1::text[], $2::text[]) AS wanted (s, r))
      END
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 'pg_catalog.pg_trigger'::regclass AND e.objid = t.oid AND e.deptype = 'e')
ORDER BY n.nspname, c.relname, t.tgname
