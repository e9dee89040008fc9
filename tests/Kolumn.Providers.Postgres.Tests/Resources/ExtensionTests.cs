using Kolumn.Providers.Postgres.Tests.Scenarios;
using Kolumn.Testing;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Resources;

public sealed class ExtensionTests(PostgresDatabases databases) : PostgresTest(databases)
{
    private const string Query = "SELECT (extname, extnamespace::regnamespace, extversion, obj_description(oid, 'pg_extension'))::text FROM pg_extension WHERE extname = 'hstore'";
    private const string Own = "data type for storing sets of (key, value) pairs";

    [Fact]
    public Task Extension_FromCreationToEnd_ChangesInPlace() => new Lifecycle(Database, "postgres_extension", "hstore")
    {
        Others = [Resource("postgres_schema", "tools", "{}")],
    }.RunAsync(
        Token,
        new Stage("""{"version":"1.4"}""", "create", Query, $"(hstore,public,1.4,\"{Own}\")"),
        new Stage("""{"version":"1.6"}""", "update", Query, $"(hstore,public,1.6,\"{Own}\")"),
        new Stage("""{"schema":"postgres_schema.tools","version":"1.8","comment":"maps"}""", "update", Query, "(hstore,tools,1.8,maps)"),

        // What is left out stays.
        new Stage("{}", "noop", Query, "(hstore,tools,1.8,maps)"));

    [Fact]
    public async Task Discover_Extensions_AreToldWithoutTheirMembersAndWithoutTheLanguageOfEveryDatabase()
    {
        await Database.ExecuteAsync("CREATE SCHEMA tools; CREATE EXTENSION citext SCHEMA tools; CREATE TABLE t (a tools.citext)", Token);

        var found = await Lifecycle.AdoptDiscoveredAsync(Database, Token);

        found.Select(resource => resource.Type).Order().ShouldBe(["postgres_extension", "postgres_schema", "postgres_schema", "postgres_table"]);
        found.Single(resource => resource.Type == "postgres_extension").Config.ToJsonString().ShouldContain("\"name\":\"citext\",\"schema\":\"tools\"");
    }

    [Fact]
    public async Task Plan_TableGetsAColumnOfAnExtensionThatComesWithIt_IsSpelledAsIfItWereThere()
    {
        await Database.ExecuteAsync("CREATE TABLE t (id int)", Token);
        await using var scenario = await StartAsync(Database, Token);
        await scenario.ApplyAsync([Resource("postgres_table", "t", """{"columns":[{"name":"id","type":"int"}]}""")], Token);
        Kolumn.Protocol.Runtime.DesiredResource[] desired =
        [
            Resource("postgres_table", "t", """{"columns":[{"name":"id","type":"int"},{"name":"tags","type":"hstore","default":"''"}]}"""),
            Resource("postgres_extension", "hstore", "{}"),
        ];

        await scenario.ApplyAsync(desired, Token);

        await scenario.ShouldBeInSyncAsync(desired, Token);
        (await Database.QueryAsync("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'tags'", Token)).ShouldBe(["hstore"]);
    }

    [Fact]
    public async Task Delete_ExtensionInUse_IsRefusedWithWhatUsesIt()
    {
        await using var scenario = await StartAsync(Database, Token);
        Kolumn.Protocol.Runtime.DesiredResource[] desired = [Resource("postgres_extension", "citext", "{}")];
        await scenario.ApplyAsync(desired, Token);
        await Database.ExecuteAsync("CREATE TABLE t (a citext)", Token);

        var result = await scenario.TryApplyAsync([], await scenario.PlanAsync([], Token), Token);

        var refusal = result.Results.Single().Diagnostic!;
        refusal.EngineCode.ShouldBe("2BP01");
        refusal.Detail!.ShouldContain("column a of table t depends on type citext");
        await scenario.ShouldBeInSyncAsync(desired, Token);
    }
}
