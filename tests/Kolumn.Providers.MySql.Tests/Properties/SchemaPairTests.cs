using System.Text.Json.Nodes;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;
using Kolumn.Testing;
using Kolumn.Testing.Properties;

namespace Kolumn.Providers.MySql.Tests.Properties;

/// <summary>Random pairs of schemas on two servers: users, roles and grants are the whole server's.</summary>
[Collection(OwnServer.Name)]
public sealed class SchemaPairTests(MariaDbDatabases databases, OwnMariaDbServer own) : SchemaPairs
{
    private const string Drops = $"""
        SELECT CONCAT('DROP ', IF(table_type = 'BASE TABLE', 'TABLE', table_type), ' `', REPLACE(table_name, '`', '``'), '`') FROM information_schema.tables WHERE table_schema = DATABASE()
        UNION ALL
        SELECT CONCAT('DROP ', routine_type, ' `', routine_name, '`') FROM information_schema.routines WHERE routine_schema = DATABASE()
        UNION ALL
        SELECT CONCAT('DROP EVENT `', event_name, '`') FROM information_schema.events WHERE event_schema = DATABASE()
        UNION ALL
        SELECT IF(is_role = 'Y', CONCAT('DROP ROLE ', QUOTE(User)), CONCAT('DROP USER ', QUOTE(User), '@', QUOTE(Host))) FROM mysql.user WHERE User LIKE '{RandomAccounts.Prefix}%'
        """;

    private const string Objects = """
        SELECT CONCAT_WS(' ', 'table', table_name, table_type, engine, table_collation, table_comment) FROM information_schema.tables WHERE table_schema = DATABASE()
        UNION ALL
        SELECT CONCAT_WS(' ', 'column', CONCAT(table_name, '.', column_name), column_type, 'null', is_nullable, 'default', column_default, collation_name, extra, generation_expression, column_comment) FROM information_schema.columns WHERE table_schema = DATABASE()
        UNION ALL
        SELECT CONCAT_WS(' ', 'index', CONCAT(table_name, '.', index_name), seq_in_index, column_name, sub_part, collation, index_type, non_unique, ignored, index_comment) FROM information_schema.statistics WHERE table_schema = DATABASE()
        UNION ALL
        SELECT CONCAT_WS(' ', 'check', table_name, constraint_name, level, check_clause) FROM information_schema.check_constraints WHERE constraint_schema = DATABASE()
        UNION ALL
        SELECT CONCAT_WS(' ', 'foreign key', k.table_name, k.constraint_name, k.ordinal_position, k.column_name, k.referenced_table_name, k.referenced_column_name, r.update_rule, r.delete_rule)
        FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
        WHERE k.table_schema = DATABASE()
        UNION ALL
        SELECT CONCAT_WS(' ', 'partition', table_name, partition_name, partition_ordinal_position, partition_method, partition_expression, partition_description, partition_comment) FROM information_schema.partitions WHERE table_schema = DATABASE() AND partition_name IS NOT NULL
        UNION ALL
        SELECT CONCAT_WS(' ', 'view', table_name, view_definition, check_option, is_updatable, definer, security_type, algorithm) FROM information_schema.views WHERE table_schema = DATABASE()
        UNION ALL
        SELECT CONCAT_WS(' ', 'routine', routine_type, routine_name, dtd_identifier, collation_name, routine_definition, is_deterministic, sql_data_access, security_type, sql_mode, routine_comment, definer) FROM information_schema.routines WHERE routine_schema = DATABASE()
        UNION ALL
        SELECT CONCAT_WS(' ', 'parameter', specific_name, ordinal_position, parameter_mode, parameter_name, dtd_identifier, collation_name) FROM information_schema.parameters WHERE specific_schema = DATABASE()
        UNION ALL
        SELECT CONCAT_WS(' ', 'trigger', trigger_name, event_object_table, action_timing, event_manipulation, action_order, action_statement, sql_mode, definer) FROM information_schema.triggers WHERE trigger_schema = DATABASE()
        UNION ALL
        SELECT CONCAT_WS(' ', 'event', event_name, event_type, execute_at, interval_value, interval_field, starts, ends, status, on_completion, time_zone, event_definition, sql_mode, event_comment, definer) FROM information_schema.events WHERE event_schema = DATABASE()
        """;

    private readonly MariaDbDatabase?[] _databases = new MariaDbDatabase?[2];

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
            "a column goes out of a unique index that covers others as well",
            """{"mysql_table.t":{"columns":[{"name":"a","type":"int"},{"name":"b","type":"int"}]},"mysql_index.i":{"table":"t","columns":["a","b"],"unique":true}}""",
            """{"mysql_table.t":{"columns":[{"name":"a","type":"int"},{"name":"c","type":"int"}]},"mysql_index.i":{"table":"t","columns":[{"name":"a","order":"desc"}]}}"""
        },
        {
            "an indexed text becomes a number, and another a text",
            """{"mysql_table.t":{"columns":[{"name":"a","type":"text"},{"name":"b","type":"int"}]},"mysql_index.i":{"table":"t","columns":[{"name":"a","length":9}]},"mysql_index.j":{"table":"t","columns":["b"]}}""",
            """{"mysql_table.t":{"columns":[{"name":"a","type":"int"},{"name":"b","type":"text"}]},"mysql_index.i":{"table":"t","columns":["a"]},"mysql_index.j":{"table":"t","columns":[{"name":"b","length":9}]}}"""
        },
        {
            "a table gets another engine, and an index that is built there in another way",
            """{"mysql_table.t":{"engine":"innodb","columns":[{"name":"place","type":"point","nullable":false}]}}""",
            """{"mysql_table.t":{"engine":"myisam","columns":[{"name":"place","type":"point","nullable":false}]},"mysql_index.i":{"table":"t","columns":["place"],"method":"spatial"}}"""
        },
        {
            "an index makes way for its table's change, and another is built in another way after it",
            """{"mysql_table.t":{"columns":[{"name":"s","type":"char(5)"}]},"mysql_index.i":{"table":"t","columns":["s"],"unique":true}}""",
            """{"mysql_table.t":{"columns":[{"name":"s","type":"tinytext"},{"name":"n","type":"int"}]},"mysql_index.i":{"table":"t","columns":["n"]},"mysql_index.f":{"table":"t","columns":["s"],"method":"fulltext"}}"""
        },
        {
            "a moment is set by each change and invisible",
            """{"mysql_table.t":{"columns":[{"name":"n","type":"int"}]}}""",
            """{"mysql_table.t":{"columns":[{"name":"n","type":"int"},{"name":"at","type":"timestamp(6)","on_update":"current_timestamp(6)","invisible":true}]}}"""
        },
        {
            "an event ends no more",
            """{"mysql_event.e":{"every":"1 day","starts":"2036-01-01","ends":"2037-01-01","time_zone":"+02:00","body":"DO 1"}}""",
            """{"mysql_event.e":{"every":"2 day","starts":"2036-01-01","time_zone":"+00:00","body":"DO 1"}}"""
        },
        {
            "a trigger changes, and so does the one that it follows",
            """{"mysql_table.t":{"columns":[{"name":"a","type":"int"}]},"mysql_trigger.g":{"table":"t","timing":"after","event":"update","body":"SET @a = 1"},"mysql_trigger.h":{"table":"t","timing":"after","event":"update","follows":"g","body":"SET @a = 2"}}""",
            """{"mysql_table.t":{"columns":[{"name":"a","type":"int"}]},"mysql_trigger.g":{"table":"t","timing":"before","event":"insert","body":"SET @a = 1"},"mysql_trigger.h":{"table":"t","timing":"after","event":"update","body":"SET @a = 3"}}"""
        },
    };

    protected override IReadOnlyList<Piece> Generate(int seed) => new RandomSchema(seed).Build();

    // An index that a foreign key has come to rest on instead of its own: docs/providers/mysql.md.
    protected override bool IsLegitimate(string fault) => fault.Contains("needed in a foreign key constraint", StringComparison.Ordinal);

    protected override async Task<ManagedDatabase> StartAsync(bool second)
    {
        var database = _databases[second ? 1 : 0] = await (second ? own : databases).CreateAsync("pair", Token);
        return await ManagedDatabase.StartAsync(
            InProcessRuntime.Create(MySqlProvider.Define()), "mysql", new JsonObject { ["url"] = database.Url, ["audit"] = false, ["safe_destroy"] = false });
    }

    protected override async Task DropAsync()
    {
        foreach (var database in _databases.OfType<MariaDbDatabase>())
        {
            await ClearAsync(database);
            await database.DisposeAsync();
        }
    }

    protected override Task ClearAsync(bool second) => ClearAsync(Of(second));

    // Asked in other words than the provider asks, and of everything that the two databases can differ in but the order of columns.
    protected override async Task<IReadOnlyList<string>> CatalogAsync(bool second)
    {
        var database = Of(second);
        var found = (await database.QueryAsync(Objects, Token)).ToList();
        foreach (var sequence in await QueryAsync("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'SEQUENCE'"))
        {
            found.AddRange(await QueryAsync($"SELECT CONCAT_WS(' ', 'sequence', {MySqlText.Quote(sequence)}, minimum_value, maximum_value, start_value, increment, cache_size, cycle_option) FROM {MySqlName.Quote(sequence)}"));
        }

        foreach (var account in await QueryAsync($"SELECT IF(is_role = 'Y', QUOTE(User), CONCAT(QUOTE(User), '@', QUOTE(Host))) FROM mysql.user WHERE User LIKE '{RandomAccounts.Prefix}%'"))
        {
            found.AddRange(await QueryAsync($"SHOW GRANTS FOR {account}"));
            found.AddRange(account.EndsWith('\'') && account.Contains("'@'", StringComparison.Ordinal) ? await QueryAsync($"SHOW CREATE USER {account}") : []);
        }

        return [.. found.OfType<string>().Order(StringComparer.Ordinal)];

        async Task<IEnumerable<string>> QueryAsync(string sql) => (await database.QueryAsync(sql, Token)).OfType<string>();
    }

    /// <summary>The database itself stays: the provider's connections are in it.</summary>
    private static async Task ClearAsync(MariaDbDatabase database)
    {
        var drops = await database.QueryAsync(Drops, Token);
        await database.ExecuteAsync(string.Join(";\n", drops.Prepend("SET foreign_key_checks = 0")), Token);
    }

    private MariaDbDatabase Of(bool second) => _databases[second ? 1 : 0]!;
}
