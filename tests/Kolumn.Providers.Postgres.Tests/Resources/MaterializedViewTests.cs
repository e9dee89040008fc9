using Kolumn.Protocol.Runtime;
using Kolumn.Providers.Postgres.Tests.Scenarios;
using Kolumn.Testing;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Resources;

public sealed class MaterializedViewTests(PostgresDatabases databases) : PostgresTest(databases)
{
    private const string Query = "SELECT (relispopulated, obj_description(oid, 'pg_class'), relowner::regrole, pg_get_viewdef(oid))::text FROM pg_class WHERE relname = 'My; \"totals\"' AND relkind = 'm'";

    private static readonly DesiredResource Table = Resource("postgres_table", "t", """{"columns":[{"name":"id","type":"int"},{"name":"n","type":"int"}]}""");

    private static string Config(string more) => """{"name":"My; \"totals\"", """ + more + "}";

    [Fact]
    public Task MaterializedView_FromCreationToEnd_IsMadeAgainForAnotherQuery() => new Lifecycle(Database, "postgres_materialized_view", "My; \"totals\"") { Others = [Table] }.RunAsync(
        Token,
        new Stage(Config("\"query\":\"select n, count(*) as c from t group by n /* all of it */\""), "create", Query, "(t,,kolumn,\" SELECT t.n,\n    count(*) AS c\n   FROM t\n  GROUP BY t.n;\")"),
        new Stage(Config("\"query\":\"select n, count(*) as c from t group by n\",\"comment\":\"it's\",\"owner\":\"pg_monitor\""), "update", Query, "(t,it's,pg_monitor,\" SELECT t.n,\n    count(*) AS c\n   FROM t\n  GROUP BY t.n;\")"),
        new Stage(Config("\"query\":\"select id from t where n in (1, 2)\",\"with_data\":false"), "replace", Query, "(f,,pg_monitor,\" SELECT t.id\n   FROM t\n  WHERE (t.n = ANY (ARRAY[1, 2]));\")"));

    [Fact]
    public async Task Change_ColumnUnderTheView_RebuildsItWithItsIndexAndWhatReadsIt()
    {
        DesiredResource View = Resource("postgres_materialized_view", "m", """{"query":"SELECT id, n FROM t","comment":"kept"}""");
        DesiredResource[] others =
        [
            Resource("postgres_view", "v", """{"query":"SELECT n FROM m"}"""), Resource("postgres_index", "i", """{"table":"postgres_materialized_view.m","columns":["id"],"unique":true}"""), View,
        ];
        await using var scenario = await StartAsync(Database, Token);
        await scenario.ApplyAsync([.. others, Table], Token);
        await Database.ExecuteAsync("INSERT INTO t VALUES (1, 2); ALTER MATERIALIZED VIEW m OWNER TO pg_monitor", Token);
        DesiredResource[] desired = [.. others, Resource("postgres_table", "t", """{"columns":[{"name":"id","type":"int"},{"name":"n","type":"bigint"}]}""")];

        var plan = await scenario.ApplyAsync(desired, Token);

        plan.Operations.Select(operation => $"{operation.Action} {operation.Address}").ShouldBe(
            ["update postgres_table.t", "replace postgres_materialized_view.m", "replace postgres_view.v", "replace postgres_index.i"], ignoreOrder: true);
        await scenario.ShouldBeInSyncAsync(desired, Token);
        (await Database.QueryAsync("SELECT (n, pg_typeof(n), obj_description('m'::regclass), (SELECT relowner::regrole FROM pg_class WHERE oid = 'm'::regclass))::text FROM v", Token)).ShouldBe(["(2,bigint,kept,pg_monitor)"]);
    }

    [Fact]
    public async Task WithData_False_IsNoDifferenceOnceSomebodyFillsIt()
    {
        DesiredResource[] desired = [Table, Resource("postgres_materialized_view", "m", """{"query":"SELECT id FROM t","with_data":false}""")];
        await using var scenario = await StartAsync(Database, Token);
        await scenario.ApplyAsync(desired, Token);
        (await Database.QueryAsync("SELECT relispopulated FROM pg_class WHERE relname = 'm'", Token)).ShouldBe(["False"]);

        await Database.ExecuteAsync("REFRESH MATERIALIZED VIEW m", Token);

        await scenario.ShouldBeInSyncAsync(desired, Token);
    }
}
