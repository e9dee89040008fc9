using Kolumn.Protocol.Runtime;
using Kolumn.Testing;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Scenarios;

/// <summary>What is dropped and made again has its owner, its comments and everybody's rights afterwards, whoever described them.</summary>
public sealed class RestoringTests(PostgresDatabases databases) : PostgresTest(databases)
{
    private const string Catalog = """
        SELECT c.relname || ' ' || pg_get_userbyid(c.relowner) || ' ' || coalesce((SELECT string_agg(a::text, ',' ORDER BY a::text) FROM unnest(c.relacl) a), '-') || ' ' || coalesce(obj_description(c.oid, 'pg_class'), '-')
               || coalesce((SELECT string_agg(' ' || attname || coalesce(attacl::text, '') || coalesce(col_description(c.oid, attnum), ''), '' ORDER BY attnum) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped), '')
        FROM pg_class c WHERE c.relkind IN ('v', 'm', 'p', 'r') AND c.relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT p.proname || ' ' || pg_get_userbyid(p.proowner) || ' ' || coalesce((SELECT string_agg(a::text, ',' ORDER BY a::text) FROM unnest(p.proacl) a), '-') || ' ' || coalesce(obj_description(p.oid, 'pg_proc'), '-')
        FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
        ORDER BY 1
        """;

    private static readonly DesiredResource[] Standing =
    [
        Resource("postgres_view", "v", """{"query":"SELECT id, who FROM t","comment":"of v"}"""),
        Resource("postgres_materialized_view", "m", """{"query":"SELECT id FROM v"}"""),
        Resource("postgres_index", "i", """{"table":"m","columns":["id"]}"""),
        Resource("postgres_grant", "managed", """{"table":"v","to":"pg_read_all_data","privileges":["insert"]}"""),
    ];

    [Fact]
    public async Task Rebuild_BecauseOfATypeChange_GivesBackWhatNobodyDescribes()
    {
        await using var scenario = await StartAsync(Database, Token);
        await scenario.ApplyAsync([Table("int"), .. Standing], Token);
        await Database.ExecuteAsync(
            """
            GRANT SELECT ON t TO pg_monitor; ALTER VIEW v OWNER TO pg_monitor; ALTER MATERIALIZED VIEW m OWNER TO pg_signal_backend;
            GRANT SELECT ON v TO pg_signal_backend WITH GRANT OPTION; GRANT UPDATE (who) ON v TO PUBLIC; GRANT SELECT ON m TO PUBLIC; REVOKE DELETE ON v FROM pg_monitor;
            SET ROLE pg_signal_backend; GRANT SELECT ON v TO pg_read_all_stats; RESET ROLE;
            COMMENT ON COLUMN v.who IS 'it''s; who'; COMMENT ON COLUMN m.id IS 'of m';
            ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO pg_read_server_files
            """,
            Token);
        var before = await Database.QueryAsync(Catalog, Token);
        DesiredResource[] desired = [Table("bigint"), .. Standing];

        var plan = await scenario.ApplyAsync(desired, Token);

        plan.Operations.Where(operation => operation.Action == "replace").Select(operation => operation.Address).ShouldBe(["postgres_view.v", "postgres_materialized_view.m", "postgres_index.i"], ignoreOrder: true);
        plan.Operations.Single(operation => operation.Address == "postgres_grant.managed").Action.ShouldBe("noop");

        // Who has passed on a right is the owner now; the right is the same.
        (await Database.QueryAsync(Catalog, Token)).ShouldBe([.. before.Select(line => line!.Replace("pg_read_all_stats=r/pg_signal_backend", "pg_read_all_stats=r/pg_monitor", StringComparison.Ordinal))]);
        await scenario.ShouldBeInSyncAsync(desired, Token);
    }

    [Fact]
    public async Task Rebuild_WhileAGrantGoesAndAnotherChanges_LeavesWhatIsDescribed()
    {
        await using var scenario = await StartAsync(Database, Token);
        await scenario.ApplyAsync([Table("int"), .. Standing, Resource("postgres_grant", "going", """{"table":"v","to":"pg_monitor","privileges":["select"]}""")], Token);
        DesiredResource[] desired = [Table("bigint"), .. Standing[..^1], Resource("postgres_grant", "managed", """{"table":"v","to":"pg_read_all_data","privileges":["update"]}""")];

        await scenario.ApplyAsync(desired, Token);

        (await Database.QueryAsync("SELECT relacl::text FROM pg_class WHERE relname = 'v'", Token)).ShouldBe(["{kolumn=arwdDxt/kolumn,pg_read_all_data=w/kolumn}"]);
        await scenario.ShouldBeInSyncAsync(desired, Token);
    }

    [Fact]
    public async Task Replace_OfFunctionProcedureTypeAndTable_GivesBackRights()
    {
        DesiredResource[] Desired(string result, string argument, string key) =>
        [
            Resource("postgres_function", "f", $$"""{"arguments":[{"type":"int"}],"returns":"{{result}}","body":"SELECT 1"}"""),
            Resource("postgres_procedure", "p", $$"""{"arguments":[{"name":"{{argument}}","type":"int"}],"body":"SELECT 1"}"""),
            Resource("postgres_table", "part", $$"""{"columns":[{"name":"a","type":"int"},{"name":"b","type":"int"}],"partition_by":{"range":["{{key}}"]} }"""),
        ];
        await using var scenario = await StartAsync(Database, Token);
        await scenario.ApplyAsync(Desired("int", "x", "a"), Token);
        await Database.ExecuteAsync(
            """
            REVOKE EXECUTE ON FUNCTION f FROM PUBLIC; GRANT EXECUTE ON FUNCTION f TO pg_monitor; REVOKE ALL ON PROCEDURE p FROM PUBLIC, kolumn;
            GRANT SELECT ON part TO pg_monitor; GRANT UPDATE (b) ON part TO PUBLIC; ALTER TABLE part OWNER TO pg_signal_backend
            """,
            Token);
        var before = await Database.QueryAsync(Catalog, Token);
        var desired = Desired("bigint", "y", "b");

        (await scenario.ApplyAsync(desired, Token)).Operations.ShouldAllBe(operation => operation.Action == "replace");

        (await Database.QueryAsync(Catalog, Token)).ShouldBe(before);
        await scenario.ShouldBeInSyncAsync(desired, Token);
    }

    private static DesiredResource Table(string type) => Resource("postgres_table", "t", $$"""{"columns":[{"name":"id","type":"{{type}}"},{"name":"who","type":"text"}]}""");
}
