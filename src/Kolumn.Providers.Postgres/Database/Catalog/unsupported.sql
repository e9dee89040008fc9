-- What exists and nothing here can express, by the type ($1) whose discovery says so: what it is, its name.
-- Objects below 16384 are the server's own (FirstNormalObjectId).
SELECT u.what, u.name
FROM (
    SELECT 'table' AS type, 'a table that inherits from another one' AS what, 'pg_catalog.pg_class'::regclass AS class, c.oid, c.oid::regclass::text AS name, c.relnamespace AS schema
    FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid)
    UNION ALL
    SELECT 'table', 'a foreign table', 'pg_catalog.pg_class'::regclass, c.oid, c.oid::regclass::text, c.relnamespace FROM pg_catalog.pg_class c WHERE c.relkind = 'f'
    UNION ALL
    SELECT 'table', 'a rule', 'pg_catalog.pg_rewrite'::regclass, r.oid, r.ev_class::regclass::text || '.' || pg_catalog.quote_ident(r.rulename), c.relnamespace
    FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class WHERE r.rulename <> '_RETURN'
    UNION ALL
    SELECT 'table', 'extended statistics', 'pg_catalog.pg_statistic_ext'::regclass, s.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(s.stxname), s.stxnamespace
    FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
    UNION ALL
    SELECT 'partition', 'a constraint of a partition alone', 'pg_catalog.pg_constraint'::regclass, k.oid, c.oid::regclass::text || '.' || pg_catalog.quote_ident(k.conname), c.relnamespace
    FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid WHERE c.relispartition AND k.conislocal AND k.conparentid = 0 AND k.coninhcount = 0
    UNION ALL
    SELECT 'partition', 'an index of a partition alone', 'pg_catalog.pg_class'::regclass, i.indexrelid, i.indexrelid::regclass::text, c.relnamespace
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
    WHERE c.relispartition AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhrelid = i.indexrelid)
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
    UNION ALL
    SELECT 'type', CASE t.typtype WHEN 'r' THEN 'a range type' ELSE 'a base type' END, 'pg_catalog.pg_type'::regclass, t.oid, pg_catalog.format_type(t.oid, NULL), t.typnamespace
    FROM pg_catalog.pg_type t WHERE t.typtype = 'r' OR (t.typtype = 'b' AND t.typcategory <> 'A')
    UNION ALL
    SELECT CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END,
           CASE p.prokind WHEN 'a' THEN 'an aggregate' WHEN 'w' THEN 'a window function' WHEN 'p' THEN 'a procedure in C' ELSE 'a function in C' END,
           'pg_catalog.pg_proc'::regclass, p.oid, p.oid::regprocedure::text, p.pronamespace
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang WHERE p.prokind IN ('a', 'w') OR l.lanname IN ('c', 'internal')
    UNION ALL
    SELECT 'trigger', 'a constraint trigger with FROM', 'pg_catalog.pg_trigger'::regclass, t.oid, t.tgrelid::regclass::text || '.' || pg_catalog.quote_ident(t.tgname), c.relnamespace
    FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND t.tgconstrrelid <> 0
    UNION ALL
    SELECT 'schema', 'an operator', 'pg_catalog.pg_operator'::regclass, o.oid, o.oid::regoperator::text, o.oprnamespace FROM pg_catalog.pg_operator o
    UNION ALL
    SELECT 'schema', 'an operator class', 'pg_catalog.pg_opclass'::regclass, o.oid, o.opcname::text, o.opcnamespace FROM pg_catalog.pg_opclass o
    UNION ALL
    SELECT 'schema', 'a collation', 'pg_catalog.pg_collation'::regclass, o.oid, o.oid::regcollation::text, o.collnamespace FROM pg_catalog.pg_collation o
    UNION ALL
    SELECT 'schema', 'a cast', 'pg_catalog.pg_cast'::regclass, o.oid, pg_catalog.format_type(o.castsource, NULL) || ' to ' || pg_catalog.format_type(o.casttarget, NULL), NULL FROM pg_catalog.pg_cast o
    UNION ALL
    SELECT 'schema', 'a text search configuration', 'pg_catalog.pg_ts_config'::regclass, o.oid, o.oid::regconfig::text, o.cfgnamespace FROM pg_catalog.pg_ts_config o
    UNION ALL
    SELECT 'schema', 'a text search dictionary', 'pg_catalog.pg_ts_dict'::regclass, o.oid, o.oid::regdictionary::text, o.dictnamespace FROM pg_catalog.pg_ts_dict o
    UNION ALL
    SELECT 'schema', 'an event trigger', 'pg_catalog.pg_event_trigger'::regclass, o.oid, o.evtname::text, NULL FROM pg_catalog.pg_event_trigger o
    UNION ALL
    SELECT 'schema', 'a foreign server', 'pg_catalog.pg_foreign_server'::regclass, o.oid, o.srvname::text, NULL FROM pg_catalog.pg_foreign_server o
    UNION ALL
    SELECT 'schema', 'a subscription', 'pg_catalog.pg_subscription'::regclass, o.oid, o.subname::text, NULL
    FROM pg_catalog.pg_subscription o JOIN pg_catalog.pg_database d ON d.oid = o.subdbid WHERE d.datname = current_database()
    UNION ALL
    SELECT 'grant', 'privileges passed on by another than the owner', 'pg_catalog.pg_class'::regclass, o.oid, o.oid::regclass::text, o.relnamespace
    FROM pg_catalog.pg_class o WHERE EXISTS (SELECT FROM aclexplode(o.relacl) a WHERE a.grantor <> o.relowner)
      OR EXISTS (SELECT FROM pg_catalog.pg_attribute c, aclexplode(c.attacl) a WHERE c.attrelid = o.oid AND c.attacl IS NOT NULL AND a.grantor <> o.relowner)
    UNION ALL
    SELECT 'grant', 'privileges passed on by another than the owner', 'pg_catalog.pg_proc'::regclass, o.oid, o.oid::regprocedure::text, o.pronamespace
    FROM pg_catalog.pg_proc o WHERE EXISTS (SELECT FROM aclexplode(o.proacl) a WHERE a.grantor <> o.proowner)
    UNION ALL
    SELECT 'grant', 'privileges passed on by another than the owner', 'pg_catalog.pg_type'::regclass, o.oid, pg_catalog.format_type(o.oid, NULL), o.typnamespace
    FROM pg_catalog.pg_type o WHERE EXISTS (SELECT FROM aclexplode(o.typacl) a WHERE a.grantor <> o.typowner)
    UNION ALL
    SELECT 'grant', 'privileges passed on by another than the owner', 'pg_catalog.pg_namespace'::regclass, o.oid, o.oid::regnamespace::text, o.oid
    FROM pg_catalog.pg_namespace o WHERE EXISTS (SELECT FROM aclexplode(o.nspacl) a WHERE a.grantor <> o.nspowner)
    UNION ALL
    SELECT 'grant', 'privileges on a language', 'pg_catalog.pg_language'::regclass, o.oid, o.lanname::text, NULL FROM pg_catalog.pg_language o WHERE o.lanacl IS NOT NULL
    UNION ALL
    SELECT 'grant', 'privileges on a foreign-data wrapper', 'pg_catalog.pg_foreign_data_wrapper'::regclass, o.oid, o.fdwname::text, NULL FROM pg_catalog.pg_foreign_data_wrapper o WHERE o.fdwacl IS NOT NULL
    UNION ALL
    SELECT 'grant', 'privileges on a foreign server', 'pg_catalog.pg_foreign_server'::regclass, o.oid, o.srvname::text, NULL FROM pg_catalog.pg_foreign_server o WHERE o.srvacl IS NOT NULL
    UNION ALL
    SELECT 'grant', 'privileges on a large object', 'pg_catalog.pg_largeobject'::regclass, o.oid, o.oid::text, NULL FROM pg_catalog.pg_largeobject_metadata o WHERE o.lomacl IS NOT NULL
    UNION ALL
    SELECT 'grant', 'privileges on a tablespace', 'pg_catalog.pg_tablespace'::regclass, o.oid, o.spcname::text, NULL FROM pg_catalog.pg_tablespace o WHERE o.spcacl IS NOT NULL
) AS u
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = u.schema
WHERE u.type = $1 AND coalesce(n.nspname !~ '^pg_' AND n.nspname <> 'information_schema', true)
  AND (u.type = 'grant' OR (u.oid >= 16384
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = u.class AND e.objid = u.oid AND e.deptype IN ('e', 'i'))))
ORDER BY u.what, u.name
