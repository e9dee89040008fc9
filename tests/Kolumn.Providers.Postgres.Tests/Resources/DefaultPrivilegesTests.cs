using Kolumn.Protocol.Runtime;
using Kolumn.Providers.Postgres.Resources.Privileges;
using Kolumn.Providers.Postgres.Tests.Scenarios;
using Kolumn.Testing;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Resources;

/// <summary>Of roles that every server has, in a database of its own.</summary>
public sealed class DefaultPrivilegesTests(PostgresDatabases databases) : PostgresTest(databases)
{
    private const string Query = "SELECT string_agg((defaclrole::regrole, defaclnamespace::regnamespace, defaclobjtype, defaclacl)::text, ' ' ORDER BY defaclnamespace) FROM pg_default_acl";

    [Fact]
    public Task InASchema_FromCreationToEnd_ChangesByWhatDiffers() => new Lifecycle(Database, "postgres_default_privileges", "d") { Others = [Resource("postgres_schema", "My s", "{}")] }.RunAsync(
        Token,
        new Stage("""{"for_role":"kolumn","schema":"postgres_schema.My s","on":"tables","to":"pg_monitor","privileges":["select"]}""", "create", Query, "(kolumn,\"\"\"My s\"\"\",r,{pg_monitor=r/kolumn})"),
        new Stage("""{"for_role":"kolumn","schema":"My s","on":"tables","to":"pg_monitor","privileges":["select","update"],"with_grant_option":["update"]}""", "update", Query, "(kolumn,\"\"\"My s\"\"\",r,{pg_monitor=rw*/kolumn})"),
        new Stage("""{"for_role":"kolumn","schema":"My s","on":"tables","to":"pg_monitor","privileges":["update"]}""", "update", Query, "(kolumn,\"\"\"My s\"\"\",r,{pg_monitor=w/kolumn})"));

    [Theory]
    [InlineData("tables", "insert", "r", "{kolumn=arwdDxt/kolumn,pg_monitor=a/kolumn}")]
    [InlineData("sequences", "usage", "S", "{kolumn=rwU/kolumn,pg_monitor=U/kolumn}")]
    [InlineData("functions", "execute", "f", "{=X/kolumn,kolumn=X/kolumn,pg_monitor=X/kolumn}")]
    [InlineData("types", "usage", "T", "{=U/kolumn,kolumn=U/kolumn,pg_monitor=U/kolumn}")]
    [InlineData("schemas", "create", "n", "{kolumn=UC/kolumn,pg_monitor=C/kolumn}")]
    public Task Everywhere_OnEachKind_IsGrantedAndTakenBack(string on, string privilege, string letter, string list) => new Lifecycle(Database, "postgres_default_privileges", "d").RunAsync(
        Token,
        new Stage($$"""{"for_role":"kolumn","on":"{{on}}","to":"pg_monitor","privileges":["{{privilege}}"]}""", "create", Query, list.Contains(',', StringComparison.Ordinal) ? $"(kolumn,-,{letter},\"{list}\")" : ""));

    [Fact]
    public async Task Public_MayNotCallNewFunctions_HoldsForThoseOfTheSamePlan()
    {
        DesiredResource[] desired =
        [
            Resource("postgres_function", "f", """{"returns":"int","body":"SELECT 1"}"""),
            Resource("postgres_default_privileges", "d", """{"for_role":"kolumn","on":"functions","to":"public","privileges":[]}"""),
        ];
        await using var scenario = await StartAsync(Database, Token);

        await scenario.ApplyAsync(desired, Token);

        (await Database.QueryAsync("SELECT proacl::text FROM pg_proc WHERE proname = 'f'", Token)).ShouldBe(["{kolumn=X/kolumn}"]);
        await scenario.ShouldBeInSyncAsync(desired, Token);
        (await Lifecycle.AdoptDiscoveredAsync(Database, Token)).Where(resource => resource.Type is "postgres_grant" or "postgres_default_privileges").Select(resource => resource.Config.ToJsonString()).ShouldBe(
            ["""{"for_role":"kolumn","on":"functions","to":"public","privileges":[]}""", """{"function":"public.f()","to":"public","privileges":[]}"""]);
        await Database.ExecuteAsync("ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC", Token);
        (await scenario.PlanAsync(desired, Token)).Operations.Single(operation => operation.Action != "noop").Statements.ShouldBe(["ALTER DEFAULT PRIVILEGES FOR ROLE \"kolumn\" REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC"]);

        // What is standard is there without a word.
        DesiredResource[] standard = [desired[0], Resource("postgres_default_privileges", "d", """{"for_role":"kolumn","on":"functions","to":"public","privileges":["execute"]}""")];
        await scenario.ApplyAsync(standard, Token);
        await scenario.ShouldBeInSyncAsync(standard, Token);
        await scenario.ApplyAsync([], Token);
        (await Database.QueryAsync("SELECT 1 FROM pg_default_acl", Token)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"for_role":"a","on":"tables","to":"b"}""", "privileges", "'privileges' is missing")]
    [InlineData("""{"for_role":"a","on":"schemas","schema":"s","to":"b","privileges":["usage"]}""", "schema", "A schema is made in no other schema")]
    [InlineData("""{"for_role":"a","on":"databases","to":"b","privileges":["connect"]}""", "on", "This is none of tables, sequences, schemas, functions, types")]
    [InlineData("""{"for_role":"a","on":"types","to":"b","privileges":["all","select"]}""", "privileges", "'select' is no privilege on a type")]
    public void Describe_Mistake_IsNamedAtItsPlace(string config, string attribute, string summary)
    {
        var diagnostics = Configs.TryDescribe(new DefaultPrivilegesHandler(), config).Diagnostics;

        diagnostics.Select(one => (one.Attribute!.ToString(), one.Summary)).First().ShouldBe((attribute, summary));
    }
}
