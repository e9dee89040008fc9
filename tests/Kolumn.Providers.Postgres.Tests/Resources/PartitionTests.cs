using Kolumn.Protocol.Runtime;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Providers.Postgres.Tests.Scenarios;
using Kolumn.Testing;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Resources;

public sealed class PartitionTests(PostgresDatabases databases) : PostgresTest(databases)
{
    private const string Query = """
        SELECT (inhparent::regclass, pg_get_expr(relpartbound, c.oid), pg_get_partkeydef(c.oid), reloptions, relowner::regrole, obj_description(c.oid, 'pg_class'))::text
        FROM pg_class c JOIN pg_inherits ON inhrelid = c.oid WHERE relname = 'My; "p"'
        """;

    private static DesiredResource Table(string name, string key) => Resource("postgres_table", name, $$"""
        {"columns":[{"name":"id","type":"int"},{"name":"made","type":"date"},{"name":"kind","type":"text"}],"partition_by":{{key}}}
        """);

    [Fact]
    public Task RangePartition_FromCreationToEnd_MovesInPlace() => new Lifecycle(Database, "postgres_partition", "My; \"p\"")
    {
        Others =
        [
            Table("t", """{"range":["made"]}"""), Table("u", "\"range(made,lower(kind))\""), Resource("postgres_partition", "rest", """{"table":"postgres_table.t","values":"default"}"""),
        ],
    }.RunAsync(
        Token,
        new Stage("""{"table":"t","values":{"from":["2024-01-01"],"to":["2025-01-01"]},"storage_parameters":{"fillfactor":70}}""", "create", Query, "(t,\"FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')\",,{fillfactor=70},kolumn,)"),
        new Stage("""{"table":"postgres_table.t","values":"from ('2024-01-01') to (MAXVALUE)","comment":"all of it","owner":"pg_monitor"}""", "update", Query, "(t,\"FOR VALUES FROM ('2024-01-01') TO (MAXVALUE)\",,,pg_monitor,\"all of it\")"),
        new Stage("""{"table":"u","values":{"from":["2024-01-01","MINVALUE"],"to":["2024-06-01","it's"]}}""", "update", Query, "(u,\"FOR VALUES FROM ('2024-01-01', MINVALUE) TO ('2024-06-01', 'it''s')\",,,pg_monitor,)"),
        new Stage("""{"table":"u","values":{"from":["2024-01-01","MINVALUE"],"to":["2024-06-01","it's"]},"partition_by":"LIST (kind)"}""", "replace", Query, "(u,\"FOR VALUES FROM ('2024-01-01', MINVALUE) TO ('2024-06-01', 'it''s')\",\"LIST (kind)\",,pg_monitor,)"));

    [Fact]
    public async Task ListHashAndNestedPartitions_WithWhatStandsOnThem_AreInSyncAndAdopted()
    {
        await using var scenario = await StartAsync(Database, Token);
        DesiredResource[] desired =
        [
            Resource("postgres_partition", "b1", """{"table":"postgres_partition.b","values":{"modulus":2,"remainder":0}}"""),
            Resource("postgres_partition", "b2", """{"table":"postgres_partition.b","values":"WITH (MODULUS 2, REMAINDER 1)"}"""),
            Resource("postgres_partition", "b", """{"table":"postgres_table.t","values":{"in":["b","b'b",null]},"partition_by":{"hash":["id"]}}"""),
            Resource("postgres_partition", "a", """{"table":"postgres_table.t","values":"in ('a')"}"""),
            Resource("postgres_index", "i", """{"table":"postgres_table.t","columns":["made"]}"""),
            Resource("postgres_index", "unique_i", """{"table":"postgres_table.t","columns":["id","kind"],"unique":true}"""),
            Resource("postgres_trigger", "g", """{"table":"t","timing":"after","events":["insert"],"for_each_row":true,"function":"f"}"""),
            Resource("postgres_function", "f", """{"returns":"trigger","language":"plpgsql","body":"BEGIN RETURN NULL; END"}"""),
            Resource("postgres_view", "v", """{"query":"SELECT id FROM a"}"""),
            Resource("postgres_table", "t", """{"columns":[{"name":"id","type":"int"},{"name":"made","type":"date"},{"name":"kind","type":"text"}],"partition_by":{"list":["kind"]},"unique_constraints":[{"columns":["id","kind"]}],"checks":[{"expression":"id>0"}]}"""),
            Resource("postgres_table", "points", """{"columns":[{"name":"id","type":"int"},{"name":"kind","type":"text"}],"foreign_keys":[{"columns":["id","kind"],"references":"t","referenced_columns":["id","kind"]}]}"""),
        ];

        await scenario.ApplyAsync(desired, Token);

        await scenario.ShouldBeInSyncAsync(desired, Token);
        (await Database.QueryAsync("SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relispartition AND relkind IN ('r', 'p') ORDER BY relname", Token)).ShouldBe(
            ["FOR VALUES IN ('a')", "FOR VALUES IN ('b', 'b''b', NULL)", "FOR VALUES WITH (modulus 2, remainder 0)", "FOR VALUES WITH (modulus 2, remainder 1)"]);
        scenario.ForgetState();
        (await scenario.ApplyAsync(desired, Token)).Operations.ShouldAllBe(operation => operation.Action == "read");
        (await Lifecycle.AdoptDiscoveredAsync(Database, Token)).CountBy(resource => resource.Type).ToDictionary().ShouldBe(
            new Dictionary<string, int>
            {
                ["postgres_schema"] = 1,
                ["postgres_table"] = 2,
                ["postgres_partition"] = 4,
                ["postgres_index"] = 2,
                ["postgres_trigger"] = 1,
                ["postgres_function"] = 1,
                ["postgres_view"] = 1,
            },
            ignoreOrder: true);
        await scenario.ApplyAsync([], Token);
        (await Database.QueryAsync("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace", Token)).ShouldBe(["0"]);
    }

    [Fact]
    public async Task Bounds_MovedWithRowsInside_KeepTheRowsAndSayWhenOneDoesNotFit()
    {
        DesiredResource Part(string to) => Resource("postgres_partition", "p", $$"""{"table":"t","values":{"from":["2024-01-01"],"to":["{{to}}"] } }""");
        var table = Table("t", """{"range":["made"]}""");
        await using var scenario = await StartAsync(Database, Token);
        await scenario.ApplyAsync([table, Part("2025-01-01")], Token);
        await Database.ExecuteAsync("INSERT INTO t VALUES (1, '2024-05-05')", Token);

        await scenario.ApplyAsync([table, Part("2026-01-01")], Token);
        (await Database.QueryAsync("SELECT id FROM p", Token)).ShouldBe(["1"]);
        DesiredResource[] small = [table, Part("2024-02-01")];
        var result = await scenario.TryApplyAsync(small, await scenario.PlanAsync(small, Token), Token);

        result.Results.Single(one => one.Address == "postgres_partition.p").Diagnostic!.EngineCode.ShouldBe("23514");
        await scenario.ShouldBeInSyncAsync([table, Part("2026-01-01")], Token);
    }

    [Theory]
    [InlineData("""{"name":"p","table":"t"}""", "values", "A partition says which rows it takes")]
    [InlineData("""{"name":"p","table":"t","values":"1"}""", "values", "The rows of a partition are FROM (…) TO (…), IN (…), WITH (MODULUS …, REMAINDER …) or DEFAULT")]
    [InlineData("""{"name":"p","table":"t","values":{"from":[1]}}""", "values", "A partition takes values from … to, in a list, or by modulus and remainder")]
    [InlineData("""{"name":"p","table":"t","values":"IN ('a'); DROP TABLE x; --')"}""", "values", "This cannot stand in a statement: the semicolon at position 9 would end the statement: leave it out")]
    [InlineData("""{"name":"p","table":"t","values":"DEFAULT","partition_by":"x (a)"}""", "partition_by", "A partition key is RANGE, LIST or HASH and columns in parentheses")]
    [InlineData("""{"name":"p","table":"t","values":"DEFAULT","partition_by":{"range":[]}}""", "partition_by", "Rows are divided by range, list or hash of some columns")]
    public void Describe_Mistake_IsNamedAtItsPlace(string config, string attribute, string summary)
    {
        var diagnostic = Configs.TryDescribe(new PartitionHandler(), config).Diagnostics.ShouldHaveSingleItem();

        (diagnostic.Attribute!.ToString(), diagnostic.Summary).ShouldBe((attribute, summary));
    }
}
