using Kolumn.Protocol.Runtime;
using Kolumn.Providers.Postgres.Resources.Policies;
using Kolumn.Providers.Postgres.Tests.Scenarios;
using Kolumn.Testing;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Resources;

public sealed class PolicyTests(PostgresDatabases databases) : PostgresTest(databases)
{
    private const string Query = """
        SELECT (polname, polcmd, polpermissive, (SELECT string_agg(coalesce(rolname, 'public'), ',' ORDER BY rolname) FROM unnest(polroles) AS o LEFT JOIN pg_roles r ON r.oid = o),
                pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid), obj_description(oid, 'pg_policy'))::text
        FROM pg_policy
        """;

    private static DesiredResource Table(string type) => Resource("postgres_table", "t", $$"""{"columns":[{"name":"id","type":"{{type}}"},{"name":"who","type":"text"}],"row_level_security":true}""");

    [Fact]
    public Task Policy_FromCreationToEnd_ChangesInPlaceWhereItCan() => new Lifecycle(Database, "postgres_policy", "My; \"own\"") { Others = [Table("int")] }.RunAsync(
        Token,
        new Stage("""{"table":"postgres_table.t","using":"who=current_user"}""", "create", Query, "(\"My; \"\"own\"\"\",*,t,public,\"(who = CURRENT_USER)\",,)"),
        new Stage("""{"table":"t","using":"who = current_user or id in (1, 2)","check":"id > 0","roles":["pg_monitor","kolumn"],"comment":"it's"}""", "update", Query,
            "(\"My; \"\"own\"\"\",*,t,\"kolumn,pg_monitor\",\"((who = CURRENT_USER) OR (id = ANY (ARRAY[1, 2])))\",\"(id > 0)\",it's)"),
        new Stage("""{"table":"t","command":"insert","check":"id > 0","restrictive":true,"roles":["public"]}""", "replace", Query, "(\"My; \"\"own\"\"\",a,f,public,,\"(id > 0)\",)"),
        new Stage("""{"table":"t","command":"select","using":"true"}""", "replace", Query, "(\"My; \"\"own\"\"\",r,t,public,true,,)"));

    [Fact]
    public async Task Change_ColumnThatAPolicyNames_RebuildsThePolicyAround()
    {
        DesiredResource[] policies =
        [
            Resource("postgres_policy", "p", """{"table":"t","using":"id > allowed()"}"""), Resource("postgres_policy", "q", """{"table":"t","command":"insert","check":"who <> ''"}"""),
            Resource("postgres_function", "allowed", """{"returns":"int","body":"SELECT 1"}"""),
        ];
        await using var scenario = await StartAsync(Database, Token);
        await scenario.ApplyAsync([.. policies, Table("int")], Token);
        DesiredResource[] desired = [.. policies, Table("bigint")];

        var plan = await scenario.ApplyAsync(desired, Token);

        plan.Operations.Where(operation => operation.Action != "noop").Select(operation => $"{operation.Action} {operation.Address}").ShouldBe(["update postgres_table.t", "replace postgres_policy.p"], ignoreOrder: true);
        await scenario.ShouldBeInSyncAsync(desired, Token);
        await Lifecycle.AdoptDiscoveredAsync(Database, Token);
    }

    [Theory]
    [InlineData("""{"name":"p","table":"t","command":"insert","using":"true"}""", "using", "A policy for insert has no using: there is no row to be seen")]
    [InlineData("""{"name":"p","table":"t","command":"delete","check":"true"}""", "check", "A policy for delete has no check: nothing is written")]
    [InlineData("""{"name":"p","table":"t","using":"true) TO PUBLIC; --"}""", "using", "This cannot stand in a statement: ')' at position 5 closes nothing")]
    [InlineData("""{"name":"p","table":"t","roles":[""]}""", "roles", "This cannot be one of roles: a name cannot be empty")]
    public void Describe_Mistake_IsNamedAtItsPlace(string config, string attribute, string summary)
    {
        var diagnostic = Configs.TryDescribe(new PolicyHandler(), config).Diagnostics.ShouldHaveSingleItem();

        (diagnostic.Attribute!.ToString(), diagnostic.Summary).ShouldBe((attribute, summary));
    }
}
