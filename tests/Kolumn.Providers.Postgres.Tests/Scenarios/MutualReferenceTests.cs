using Kolumn.Protocol.Runtime;
using Kolumn.Testing;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Scenarios;

/// <summary>Tables whose foreign keys run in a circle: no order of whole tables satisfies them.</summary>
public sealed class MutualReferenceTests(PostgresDatabases databases) : PostgresTest(databases)
{
    private const string ForeignKeys =
        "SELECT format('%s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE contype = 'f' ORDER BY 1";

    [Fact]
    public async Task Apply_TwoTablesReferringToEachOther_MakesBothAndDeletesBoth()
    {
        await using var scenario = await StartAsync(Database, Token);
        DesiredResource[] pair = [Table("team", "captain", "player"), Table("player", "team", "team")];

        var plan = await scenario.ApplyAsync(pair, Token);

        var statements = plan.Operations.SelectMany(o => o.Statements!).ToList();
        statements.Count(s => s.StartsWith("CREATE TABLE", StringComparison.Ordinal)).ShouldBe(2);
        statements.Count(s => s.Contains("ADD CONSTRAINT", StringComparison.Ordinal)).ShouldBe(1);
        (await Database.QueryAsync(ForeignKeys, Token)).ShouldBe(
            ["player_team_fkey FOREIGN KEY (team) REFERENCES team(id)", "team_captain_fkey FOREIGN KEY (captain) REFERENCES player(id)"]);
        await scenario.ShouldBeInSyncAsync(pair, Token);
        await Lifecycle.AdoptDiscoveredAsync(Database, Token);

        await scenario.ApplyAsync([], Token);
        (await Database.QueryAsync("SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace", Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_ExistingTableGetsAReferenceToANewOneThatRefersBack_ClosesTheCircle()
    {
        await using var scenario = await StartAsync(Database, Token);
        await scenario.ApplyAsync([Table("a", "other", "a")], Token);
        DesiredResource[] circle = [Table("a", "other", "b"), Table("b", "other", "c"), Table("c", "other", "a")];

        var plan = await scenario.ApplyAsync(circle, Token);

        plan.Operations.Select(o => o.Action).ShouldBe(["update", "create", "create"]);
        (await Database.QueryAsync(ForeignKeys, Token)).ShouldBe(
        [
            "a_other_fkey FOREIGN KEY (other) REFERENCES b(id)",
            "b_other_fkey FOREIGN KEY (other) REFERENCES c(id)",
            "c_other_fkey FOREIGN KEY (other) REFERENCES a(id)",
        ]);
        await scenario.ShouldBeInSyncAsync(circle, Token);
    }

    private static DesiredResource Table(string name, string column, string references) => Resource("postgres_table", name, $$"""
        {"columns":[{"name":"id","type":"bigint","primary_key":true},{"name":"{{column}}","type":"bigint","references":"{{references}}"}]}
        """);
}
