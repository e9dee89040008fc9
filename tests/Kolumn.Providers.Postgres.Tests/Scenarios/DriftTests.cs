using Kolumn.Protocol.Runtime;
using Kolumn.Testing;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Scenarios;

public sealed class DriftTests(PostgresDatabases databases) : PostgresTest(databases)
{
    [Fact]
    public async Task Apply_SomethingChangedThatTheConfigurationDoesNotSpeakOf_IsRecordedAndNotReportedAgain()
    {
        await using var scenario = await StartAsync(Database, Token);
        DesiredResource[] desired = [Resource("postgres_table", "t", """{"columns":[{"name":"id","type":"bigint"}]}""")];
        await scenario.ApplyAsync(desired, Token);
        await Database.ExecuteAsync("ALTER TABLE t OWNER TO pg_database_owner", Token);

        var plan = await scenario.ApplyAsync(desired, Token);

        var operation = plan.Operations.ShouldHaveSingleItem();
        (operation.Action, operation.Drift!["owner"].NewValue!.GetValue<string>()).ShouldBe(("noop", "pg_database_owner"));
        await scenario.ShouldBeInSyncAsync(desired, Token);
        (await Database.QueryAsync("SELECT tableowner::text FROM pg_tables WHERE tablename = 't'", Token)).ShouldBe(["pg_database_owner"]);
    }
}
