using Kolumn.Protocol.Runtime;
using Kolumn.Testing;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Scenarios;

/// <summary>What is tried out to learn how the server spells it, and what need not be.</summary>
public sealed class ScratchTests(PostgresDatabases databases) : PostgresTest(databases)
{
    [Fact]
    public async Task Plan_OneTableOfAChainChanges_IsTheOnlyOneThatIsTriedOut()
    {
        await using var scenario = await StartAsync(Database, Token);
        DesiredResource[] chain = [Link(0), Link(1), Link(2), Link(3)];
        await scenario.ApplyAsync(chain, Token);

        // A sequence counts what is rolled back, too.
        await Database.ExecuteAsync(
            """
            CREATE SEQUENCE made MINVALUE 0;
            SELECT nextval('made');
            CREATE FUNCTION count_made() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM nextval(''public.made''); END';
            CREATE EVENT TRIGGER counting ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION count_made();
            """,
            Token);

        var plan = await scenario.PlanAsync([.. chain[..3], Link(3, ""","columns":[{"name":"id","type":"int","primary_key":true},{"name":"parent","type":"int4"},{"name":"note","type":"varchar(9)"}]""")], Token);

        plan.Operations.Single(operation => operation.Action == "update").Changes!.Keys.ShouldBe(["columns.note"]);
        (await Database.QueryAsync("SELECT last_value::text FROM made", Token)).ShouldBe(["1"]);
        await Database.ExecuteAsync("DROP EVENT TRIGGER counting", Token);
    }

    private static DesiredResource Link(int at, string columns = ""","columns":[{"name":"id","type":"int","primary_key":true},{"name":"parent","type":"int"}]""") => Resource(
        "postgres_table",
        $"t{at}",
        at == 0 ? $$"""{"name":"t0"{{columns}}}""" : $$"""{"name":"t{{at}}","foreign_keys":[{"columns":["parent"],"references":"t{{at - 1}}"}]{{columns}}}""");
}
