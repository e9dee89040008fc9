using System.Text.Json.Nodes;
using Kolumn.Sdk;
using Kolumn.Testing;
using Kolumn.Testing.Properties;

namespace Kolumn.Providers.Postgres.Tests.Properties;

/// <summary>Random pairs of schemas in real databases.</summary>
public sealed class SchemaPairTests(PostgresDatabases databases) : SchemaPairs
{
    private readonly TestDatabase?[] _databases = new TestDatabase?[2];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task ApplyingB_WhateverWasThereBefore_LeavesWhatAFreshApplyLeaves() => RunAsync(standing: 2);

    [Theory]
    [MemberData(nameof(Mended))]
    public Task Pair_ThatOnceFailed_IsRight(string what, string a, string b)
    {
        what.ShouldNotBeEmpty();
        return CheckAsync(a, b);
    }

    public static TheoryData<string, string, string> Mended() => new()
    {
        {
            "a partitioned table is divided otherwise, and so are its partitions",
            """{"postgres_table.t":{"columns":[{"name":"n","type":"int"},{"name":"d","type":"int"}],"partition_by":{"list":["n"]}},"postgres_partition.p":{"table":"t","values":{"in":[1]}},"postgres_partition.same":{"table":"t","values":"DEFAULT"}}""",
            """{"postgres_table.t":{"columns":[{"name":"n","type":"int"},{"name":"d","type":"int"}],"partition_by":{"range":["d"]}},"postgres_partition.p":{"table":"t","values":{"from":[1],"to":[2]}},"postgres_partition.same":{"table":"t","values":"DEFAULT"}}"""
        },
        {
            "a column goes on which something is granted, while its table is made again",
            """{"postgres_table.t":{"columns":[{"name":"n","type":"int"},{"name":"b","type":"int"}],"partition_by":{"list":["n"]}},"postgres_grant.g":{"table":"t","to":"pg_monitor","privileges":["select"],"columns":[{"name":"b","privileges":["update"]}]}}""",
            """{"postgres_table.t":{"columns":[{"name":"n","type":"int"}],"partition_by":{"range":["n"]}},"postgres_grant.g":{"table":"t","to":"pg_monitor","privileges":["insert"]}}"""
        },
        {
            "a column with a grant goes while its table is made again, and comes back as another one",
            """{"postgres_table.t":{"columns":[{"name":"n","type":"int"},{"name":"b","type":"int"},{"name":"c","type":"int"}],"partition_by":{"list":["n"]}},"postgres_grant.g":{"table":"t","to":"pg_monitor","privileges":[],"columns":[{"name":"b","privileges":["update"]},{"name":"c","privileges":["select"]}]}}""",
            """{"postgres_table.t":{"columns":[{"name":"n","type":"int"},{"name":"c","type":"text"}],"partition_by":{"range":["n"]}},"postgres_grant.g":{"table":"t","to":"pg_monitor","privileges":[],"columns":[{"name":"c","privileges":["update"]}]}}"""
        },
        {
            "a view is made again without a column on which something is granted",
            """{"postgres_table.t":{"columns":[{"name":"a","type":"int"},{"name":"b","type":"int"}]},"postgres_view.v":{"query":"SELECT a, b FROM t"},"postgres_grant.g":{"table":"v","to":"pg_monitor","privileges":["select"],"columns":[{"name":"a","privileges":["insert"]},{"name":"b","privileges":["update"]}]}}""",
            """{"postgres_table.t":{"columns":[{"name":"a","type":"int"},{"name":"b","type":"int"}]},"postgres_view.v":{"query":"SELECT a FROM t"},"postgres_grant.g":{"table":"v","to":"pg_monitor","privileges":["select"],"columns":[{"name":"a","privileges":["update"]}]}}"""
        },
        {
            "a materialised view is made again without a column, and the grant on that goes too",
            """{"postgres_table.t":{"columns":[{"name":"a","type":"int"},{"name":"b","type":"int"}]},"postgres_materialized_view.m":{"query":"SELECT a, b FROM t"},"postgres_grant.g":{"table":"m","to":"pg_monitor","privileges":["select"],"columns":[{"name":"b","privileges":["update"]}]}}""",
            """{"postgres_table.t":{"columns":[{"name":"a","type":"int"},{"name":"b","type":"int"}]},"postgres_materialized_view.m":{"query":"SELECT a FROM t"}}"""
        },
        {
            "the grant on a column goes with it while its table is made again",
            """{"postgres_table.t":{"columns":[{"name":"n","type":"int"},{"name":"b","type":"int"}],"partition_by":{"list":["n"]}},"postgres_grant.g":{"table":"t","to":"pg_monitor","privileges":["select"],"columns":[{"name":"b","privileges":["update"]}]}}""",
            """{"postgres_table.t":{"columns":[{"name":"n","type":"int"}],"partition_by":{"range":["n"]}}}"""
        },
        {
            "a publication lists columns in another order than its table",
            """{"postgres_table.t":{"columns":[{"name":"a","type":"int"},{"name":"b","type":"int"}]},"postgres_publication.p":{"tables":[{"table":"t","columns":["a"]}]}}""",
            """{"postgres_table.t":{"columns":[{"name":"a","type":"int"},{"name":"b","type":"int"}]},"postgres_publication.p":{"tables":[{"table":"t","columns":["b","a"]}]}}"""
        },
        {
            "a column goes on which something is granted",
            """{"postgres_table.t":{"columns":[{"name":"a","type":"int"},{"name":"b","type":"int"}]},"postgres_grant.g":{"table":"t","to":"pg_monitor","privileges":["select"],"columns":[{"name":"b","privileges":["update"]}]}}""",
            """{"postgres_table.t":{"columns":[{"name":"a","type":"int"}]},"postgres_grant.g":{"table":"t","to":"pg_monitor","privileges":["insert"]}}"""
        },
        {
            "a column of somebody else's table becomes serial while that gets another owner",
            """{"postgres_table.t":{"columns":[{"name":"id","type":"integer"}],"owner":"pg_monitor"}}""",
            """{"postgres_table.t":{"columns":[{"name":"id","type":"serial"}],"owner":"pg_read_all_data"}}"""
        },
        {
            "a grant goes with a view that makes way for its table's change",
            """{"postgres_table.t":{"columns":[{"name":"a","type":"int"},{"name":"b","type":"int"}]},"postgres_materialized_view.m":{"query":"SELECT a FROM t"},"postgres_grant.g":{"table":"m","to":"pg_monitor","privileges":["select"]}}""",
            """{"postgres_table.t":{"columns":[{"name":"b","type":"int"}]}}"""
        },
        {
            "a sequence turns around",
            """{"postgres_sequence.s":{"increment":-3}}""",
            """{"postgres_sequence.s":{}}"""
        },
        {
            "an unused serial becomes an integer, and its sequence goes",
            """{"postgres_table.t":{"columns":[{"name":"id","type":"serial"},{"name":"it's","type":"serial"}]}}""",
            """{"postgres_table.t":{"columns":[{"name":"id","type":"integer"},{"name":"it's","type":"integer","identity":"always"}]}}"""
        },
        {
            "the sequence of a serial grows with its column",
            """{"postgres_table.t":{"columns":[{"name":"id","type":"serial"},{"name":"b","type":"bigserial"}]}}""",
            """{"postgres_table.t":{"columns":[{"name":"id","type":"bigserial"},{"name":"b","type":"serial"}]}}"""
        },
        {
            "a key is renamed under a foreign key that stays",
            """{"postgres_table.a":{"columns":[{"name":"id","type":"int"}],"primary_key":{"name":"old","columns":["id"]}},"postgres_table.b":{"columns":[{"name":"r","type":"int","references":"a.id"}]}}""",
            """{"postgres_table.a":{"columns":[{"name":"id","type":"int"}],"primary_key":["id"]},"postgres_table.b":{"columns":[{"name":"r","type":"int","references":"a.id"}]}}"""
        },
        {
            "a key goes with the foreign key of a table that stays",
            """{"postgres_table.a":{"columns":[{"name":"id","type":"int"}],"primary_key":["id"]},"postgres_table.b":{"columns":[{"name":"r","type":"int","references":"a.id"}]}}""",
            """{"postgres_table.a":{"columns":[{"name":"id","type":"int"}]},"postgres_table.b":{"columns":[{"name":"r","type":"int"}]}}"""
        },
        {
            "a unique constraint becomes the primary key under the table's foreign key to itself",
            """{"postgres_table.t":{"columns":[{"name":"id","type":"int"},{"name":"p","type":"int","references":"t.id"}],"unique_constraints":[{"columns":["id"]}]}}""",
            """{"postgres_table.t":{"columns":[{"name":"id","type":"int","primary_key":true},{"name":"p","type":"int","references":"t.id"}]}}"""
        },
        {
            "a key goes with the table that referenced it",
            """{"postgres_table.a":{"columns":[{"name":"id","type":"int"}],"primary_key":["id"]},"postgres_table.b":{"columns":[{"name":"r","type":"int","references":"a.id"}]}}""",
            """{"postgres_table.a":{"columns":[{"name":"id","type":"int"}]}}"""
        },
        {
            "a new table references a key that changes, and is referenced by its table",
            """{"postgres_table.z":{"columns":[{"name":"id","type":"int"}],"unique_constraints":[{"columns":["id"]}]}}""",
            """{"postgres_table.a":{"columns":[{"name":"id","type":"int"},{"name":"r","type":"int"}],"unique_constraints":[{"columns":["id"]}],"foreign_keys":[{"columns":["r"],"references":"z","referenced_columns":["id"]}]},"postgres_table.z":{"columns":[{"name":"id","type":"int"},{"name":"r","type":"int"}],"primary_key":["id"],"foreign_keys":[{"columns":["r"],"references":"a","referenced_columns":["id"]}]}}"""
        },
        {
            "a view stops standing on one that is made again",
            """{"postgres_table.t":{"columns":[{"name":"a","type":"int"},{"name":"b","type":"int"}]},"postgres_view.v0":{"query":"SELECT a, b FROM t"},"postgres_view.v2":{"query":"SELECT a FROM v0"}}""",
            """{"postgres_table.t":{"columns":[{"name":"a","type":"int"},{"name":"b","type":"int"}]},"postgres_view.v0":{"query":"SELECT b FROM t"},"postgres_view.v2":{"query":"SELECT a FROM t"}}"""
        },
        {
            "a view stops reading a column that is retyped",
            """{"postgres_table.t":{"columns":[{"name":"a","type":"int"},{"name":"b","type":"int"}]},"postgres_view.v":{"query":"SELECT b FROM t WHERE a > 0"}}""",
            """{"postgres_table.t":{"columns":[{"name":"a","type":"text"},{"name":"b","type":"int"}]},"postgres_table.u":{"columns":[{"name":"b","type":"int"}]},"postgres_view.v":{"query":"SELECT b FROM u"}}"""
        },
        {
            "an index goes whose column becomes of a type that it cannot sort",
            """{"postgres_table.t":{"columns":[{"name":"a","type":"text"},{"name":"b","type":"text"}]},"postgres_index.i":{"table":"t","columns":["a"]},"postgres_index.j":{"table":"t","columns":[{"expression":"lower(b)"}]}}""",
            """{"postgres_table.t":{"columns":[{"name":"a","type":"json"},{"name":"b","type":"timestamp"}]},"postgres_index.j":{"table":"t","columns":["b"]}}"""
        },
    };

    protected override IReadOnlyList<Piece> Generate(int seed) => new RandomSchema(seed).Build();

    // A value that goes out of an enum while a column has it, documented with the type, and a column of a partition key that gets another type.
    protected override bool IsLegitimate(string fault) =>
        fault.Contains("PostgreSQL neither takes a value out of an enum", StringComparison.Ordinal) || fault.Contains("because it is part of the partition key", StringComparison.Ordinal);

    protected override async Task<ManagedDatabase> StartAsync(bool second)
    {
        var database = _databases[second ? 1 : 0] = await databases.CreateAsync(Token);
        return await ManagedDatabase.StartAsync(
            InProcessRuntime.Create(PostgresProvider.Define()), "postgres", new JsonObject { ["url"] = database.Url, ["audit"] = false, ["safe_destroy"] = false });
    }

    protected override async Task DropAsync()
    {
        foreach (var database in _databases.OfType<TestDatabase>())
        {
            await database.DisposeAsync();
        }
    }

    protected override Task ClearAsync(bool second) => Of(second).ExecuteAsync(
        """
        DO $$ DECLARE name text; BEGIN FOR name IN SELECT pubname FROM pg_publication LOOP EXECUTE format('DROP PUBLICATION %I', name); END LOOP; END $$;
        DROP SCHEMA public CASCADE; CREATE SCHEMA public
        """,
        Token);

    // Asked in other words than the provider asks, and of everything that the two databases can differ in but the order of columns.
    protected override async Task<IReadOnlyList<string>> CatalogAsync(bool second) => [.. (await Of(second).QueryAsync(
        """
        WITH mine AS (SELECT oid FROM pg_namespace WHERE nspname = 'public')
        SELECT format('relation %s %s %s %s rls %s', relname, relkind, relpersistence, reloptions, relrowsecurity) FROM pg_class WHERE relnamespace IN (SELECT oid FROM mine) AND relkind <> 'c'
        UNION ALL
        SELECT format('column %s.%s %s %s null %s identity %s generated %s collation %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), pg_get_expr(d.adbin, d.adrelid), NOT a.attnotnull, a.attidentity, a.attgenerated, l.collname)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum LEFT JOIN pg_collation l ON l.oid = a.attcollation
        WHERE c.relnamespace IN (SELECT oid FROM mine) AND c.relkind <> 'i'
        UNION ALL
        SELECT format('constraint %s %s %s %s', conrelid::regclass, contypid::regtype, conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace IN (SELECT oid FROM mine)
        UNION ALL
        SELECT format('index %s', indexdef) FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL
        SELECT format('view %s %s', oid::regclass, pg_get_viewdef(oid)) FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace IN (SELECT oid FROM mine)
        UNION ALL
        SELECT format('sequence %s', to_jsonb(s) - 'last_value') FROM pg_sequences s WHERE schemaname = 'public'
        UNION ALL
        SELECT format('owned %s by %s.%s', d.objid::regclass, d.refobjid::regclass, a.attname) FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
        JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid WHERE d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND c.relnamespace IN (SELECT oid FROM mine)
        UNION ALL
        SELECT format('trigger %s %s', tgenabled, pg_get_triggerdef(t.oid)) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid AND c.relnamespace IN (SELECT oid FROM mine) WHERE NOT tgisinternal
        UNION ALL
        SELECT format('function %s', pg_get_functiondef(oid)) FROM pg_proc WHERE pronamespace IN (SELECT oid FROM mine)
        UNION ALL
        SELECT format('type %s %s %s %s %s', t.typname, t.typtype, format_type(t.typbasetype, t.typtypmod), t.typdefault, (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid))
        FROM pg_type t WHERE typnamespace IN (SELECT oid FROM mine) AND typtype IN ('e', 'd')
        UNION ALL
        SELECT format('owner of %s %s', oid::regclass, pg_get_userbyid(relowner)) FROM pg_class WHERE relnamespace IN (SELECT oid FROM mine) AND relkind IN ('r', 'p', 'v', 'm', 'S')
        UNION ALL
        SELECT format('partition %s of %s %s, divided by %s', c.oid::regclass, i.inhparent::regclass, pg_get_expr(c.relpartbound, c.oid), pg_get_partkeydef(c.oid))
        FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid WHERE c.relnamespace IN (SELECT oid FROM mine) AND (c.relkind = 'p' OR c.relispartition AND c.relkind = 'r')
        UNION ALL
        SELECT format('policy %s', to_jsonb(p)) FROM pg_policies p WHERE schemaname = 'public'
        UNION ALL
        SELECT format('publication %s %s %s', pubname, pubviaroot, (pubinsert, pubupdate, pubdelete, pubtruncate)) FROM pg_publication
        UNION ALL
        SELECT format('published %s %s', to_jsonb(p) - 'attnames', ARRAY(SELECT unnest(attnames) ORDER BY 1)) FROM pg_publication_tables p
        UNION ALL
        SELECT format('may %s %s.%s: %s to %s %s', o.kind, o.name, o.part, a.privilege_type, a.grantee::regrole, a.is_grantable) FROM (
            SELECT 'relation' AS kind, oid::regclass::text AS name, '' AS part, coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)) AS acl FROM pg_class WHERE relkind NOT IN ('i', 'I', 'c') AND relnamespace IN (SELECT oid FROM mine)
            UNION ALL SELECT 'column', attrelid::regclass::text, attname, attacl FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE c.relnamespace IN (SELECT oid FROM mine)
            UNION ALL SELECT 'function', oid::regprocedure::text, '', coalesce(proacl, acldefault('f', proowner)) FROM pg_proc WHERE pronamespace IN (SELECT oid FROM mine)
            UNION ALL SELECT 'type', oid::regtype::text, '', coalesce(typacl, acldefault('T', typowner)) FROM pg_type WHERE typnamespace IN (SELECT oid FROM mine)) AS o, aclexplode(o.acl) AS a
        UNION ALL
        SELECT format('by default %s of %s: %s to %s %s', d.defaclobjtype, d.defaclrole::regrole, a.privilege_type, a.grantee::regrole, a.is_grantable) FROM pg_default_acl d, aclexplode(d.defaclacl) AS a
        WHERE d.defaclnamespace IN (SELECT oid FROM mine)
        UNION ALL
        SELECT format('comment on %s: %s', (pg_identify_object(classoid, objoid, objsubid)).identity, description) FROM pg_description
        WHERE (pg_identify_object(classoid, objoid, objsubid)).schema = 'public' OR (pg_identify_object(classoid, objoid, objsubid)).identity LIKE '%public.%' OR classoid = 'pg_publication'::regclass
        """,
        Token)).OfType<string>().Order(StringComparer.Ordinal)];

    private TestDatabase Of(bool second) => _databases[second ? 1 : 0]!;
}
