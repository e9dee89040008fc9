using System.Text.Json.Nodes;
using Kolumn.Protocol.Runtime;
using Kolumn.Providers.Postgres.Resources.Privileges;
using Kolumn.Providers.Postgres.Tests.Scenarios;
using Kolumn.Testing;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Resources;

[Collection(OwnServer.Name)]
public sealed class GrantTests(OwnPostgresServer server) : PostgresTest(server)
{
    private const string OnTable = """SELECT coalesce(relacl::text, '') || coalesce((SELECT string_agg(attname || attacl::text, ' ' ORDER BY attname) FROM pg_attribute WHERE attrelid = c.oid), '') FROM pg_class c WHERE relname = 't'""";

    private static readonly DesiredResource Table = Resource("postgres_table", "t", """{"columns":[{"name":"id","type":"int"},{"name":"My; col","type":"serial"}]}""");

    private static readonly DesiredResource App = Resource("postgres_user", "app; --", "{}");

    [Fact]
    public Task OnTable_FromCreationToEnd_IsChangedByWhatDiffers() => new Lifecycle(Database, "postgres_grant", "g") { Others = [Table, App] }.RunAsync(
        Token,
        new Stage("""{"table":"t","to":"app; --","privileges":["select","Insert"]}""", "create", OnTable, """{kolumn=arwdDxt/kolumn,"\"app; --\"=ar/kolumn"}"""),
        new Stage("""{"table":"postgres_table.t","to":"postgres_user.app; --","privileges":["all"],"with_grant_option":["select"]}""", "update", OnTable, """{kolumn=arwdDxt/kolumn,"\"app; --\"=ar*wdDxt/kolumn"}"""),
        new Stage("""{"table":"public.t","to":"app; --","privileges":["update"],"columns":[{"name":"My; col","privileges":["select","insert"],"with_grant_option":true}]}""", "update", OnTable,
            """{kolumn=arwdDxt/kolumn,"\"app; --\"=w/kolumn"}My; col{"\"app; --\"=a*r*/kolumn"}"""),
        new Stage("""{"table":"t","to":"app; --","privileges":["select"],"columns":[{"name":"id","privileges":["update"]},{"name":"My; col","privileges":["insert"]}]}""", "update", OnTable,
            """{kolumn=arwdDxt/kolumn,"\"app; --\"=r/kolumn"}My; col{"\"app; --\"=a/kolumn"} id{"\"app; --\"=w/kolumn"}"""),
        new Stage("""{"table":"t","to":"app; --","columns":[{"name":"id","privileges":["select"]}]}""", "update", OnTable, """{kolumn=arwdDxt/kolumn}id{"\"app; --\"=r/kolumn"}"""));

    [Theory]
    [InlineData("sequence", "public.t_My; col_seq", """["usage"]""", "GRANT USAGE ON SEQUENCE", "SELECT relacl::text FROM pg_class WHERE relname = 't_My; col_seq'", "{kolumn=rwU/kolumn,\"\\\"app; --\\\"=U/kolumn\"}")]
    [InlineData("schema", "s", """["usage"]""", "GRANT USAGE ON SCHEMA", "SELECT nspacl::text FROM pg_namespace WHERE nspname = 's'", "{kolumn=UC/kolumn,\"\\\"app; --\\\"=U/kolumn\"}")]
    [InlineData("function", "postgres_function.f", """["all"]""", "GRANT EXECUTE ON FUNCTION", "SELECT proacl::text FROM pg_proc WHERE proname = 'f'", "{=X/kolumn,kolumn=X/kolumn,\"\\\"app; --\\\"=X/kolumn\"}")]
    [InlineData("function", "f(int, varchar(3), Mood[])", """["all"]""", "GRANT EXECUTE ON FUNCTION", "SELECT proacl::text FROM pg_proc WHERE proname = 'f'", "{=X/kolumn,kolumn=X/kolumn,\"\\\"app; --\\\"=X/kolumn\"}")]
    [InlineData("procedure", "public.p()", """["execute"]""", "GRANT EXECUTE ON PROCEDURE", "SELECT proacl::text FROM pg_proc WHERE proname = 'p'", "{=X/kolumn,kolumn=X/kolumn,\"\\\"app; --\\\"=X/kolumn\"}")]
    [InlineData("type", "mood", """["usage"]""", "GRANT USAGE ON TYPE", "SELECT typacl::text FROM pg_type WHERE typname = 'mood'", "{=U/kolumn,kolumn=U/kolumn,\"\\\"app; --\\\"=U/kolumn\"}")]
    [InlineData("table", "v", """["select"]""", "GRANT SELECT ON TABLE", "SELECT relacl::text FROM pg_class WHERE relname = 'v'", "{kolumn=arwdDxt/kolumn,\"\\\"app; --\\\"=r/kolumn\"}")]
    public async Task OnEachKind_MadeInOnePlan_IsGrantedAfterItAndAdopted(string kind, string name, string privileges, string statement, string query, string expected)
    {
        DesiredResource[] desired =
        [
            Resource("postgres_grant", "g", $$"""{"{{kind}}":"{{name}}","to":"postgres_user.app; --","privileges":{{privileges}}}"""),
            Table, App,
            Resource("postgres_schema", "s", "{}"),
            Resource("postgres_view", "v", """{"query":"SELECT 1 AS one"}"""),
            Resource("postgres_type", "mood", """{"values":["ok"]}"""),
            Resource("postgres_function", "f", """{"arguments":[{"type":"int"},{"type":"varchar"},{"type":"mood[]"},{"type":"int","mode":"out"}],"body":"SELECT 1"}"""),
            Resource("postgres_procedure", "p", """{"body":"SELECT 1"}"""),
        ];
        await using var scenario = await StartAsync(Database, Token);

        var plan = await scenario.ApplyAsync(desired, Token);

        plan.Operations.Single(operation => operation.Address == "postgres_grant.g").Statements![^1].ShouldStartWith(statement);
        (await Database.QueryAsync(query, Token)).ShouldBe([expected]);
        await scenario.ShouldBeInSyncAsync(desired, Token);
        await Lifecycle.AdoptDiscoveredAsync(Database, Token);
        await scenario.ApplyAsync([], Token);
        (await Database.QueryAsync("SELECT 1 FROM pg_roles WHERE oid >= 16384", Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task OnDatabase_PublicLosesWhatIsStandard_GetsItBackInTheEnd()
    {
        var query = $"SELECT datacl::text FROM pg_database WHERE datname = '{Database.Name}'";
        var grant = Resource("postgres_grant", "g", $$"""{"database":"{{Database.Name}}","to":"public","privileges":["temp"]}""");
        await using var scenario = await StartAsync(Database, Token);

        (await scenario.ApplyAsync([grant], Token)).Operations.ShouldHaveSingleItem().Action.ShouldBe("create");

        (await Database.QueryAsync(query, Token)).ShouldBe(["{kolumn=CTc/kolumn,=T/kolumn}"]);
        await scenario.ShouldBeInSyncAsync([grant], Token);
        await Lifecycle.AdoptDiscoveredAsync(Database, Token);
        await scenario.ApplyAsync([], Token);
        (await Database.QueryAsync(query, Token)).ShouldBe(["{kolumn=CTc/kolumn,=Tc/kolumn}"]);
        (await scenario.DiscoverAsync(Token)).State.ShouldAllBe(resource => resource.Type != "postgres_grant");
    }

    [Fact]
    public async Task Standard_OfPublicAndOwner_IsNoGrantUnlessItIsAskedFor()
    {
        await Database.ExecuteAsync("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t (id int); GRANT EXECUTE ON FUNCTION f() TO PUBLIC; REVOKE DELETE ON t FROM kolumn", Token);
        await using var scenario = await StartAsync(Database, Token);
        (await scenario.DiscoverAsync(Token)).State.Where(resource => resource.Type == "postgres_grant").ShouldHaveSingleItem().Config.ToJsonString()
            .ShouldBe("""{"table":"public.t","to":"kolumn","privileges":["insert","references","select","trigger","truncate","update"]}""");
        DesiredResource[] standard = [Resource("postgres_grant", "g", """{"function":"f()","to":"public","privileges":["execute"]}""")], none = [Resource("postgres_grant", "g", """{"function":"f()","to":"public","privileges":[]}""")];

        // 1. What is asked for is there already; taking it away and giving it back.
        (await scenario.ApplyAsync(standard, Token)).Operations.ShouldHaveSingleItem().Action.ShouldBe("read");
        (await scenario.ApplyAsync(none, Token)).Operations.ShouldHaveSingleItem().Statements.ShouldBe(["REVOKE ALL ON FUNCTION \"public\".\"f\"() FROM PUBLIC"]);
        await scenario.ShouldBeInSyncAsync(none, Token);
        await Lifecycle.AdoptDiscoveredAsync(Database, Token);
        (await scenario.ApplyAsync(standard, Token)).Operations.ShouldHaveSingleItem().Statements.ShouldBe(["GRANT EXECUTE ON FUNCTION \"public\".\"f\"() TO PUBLIC"]);
        await scenario.ShouldBeInSyncAsync(standard, Token);

        // 2. What somebody else takes away is drift; in the end nothing is left to do.
        await Database.ExecuteAsync("REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC", Token);
        (await scenario.PlanAsync(standard, Token)).Operations.ShouldHaveSingleItem().Action.ShouldBe("update");
        await scenario.ApplyAsync(standard, Token);
        (await scenario.ApplyAsync([], Token)).Operations.ShouldHaveSingleItem().Statements.ShouldBeNull();
        (await Database.QueryAsync("SELECT proacl::text FROM pg_proc WHERE proname = 'f'", Token)).ShouldBe(["{kolumn=X/kolumn,=X/kolumn}"]);
    }

    [Fact]
    public async Task GrantsOfSeveralRolesOnOneObject_LeaveEachOtherAlone()
    {
        await Database.ExecuteAsync("CREATE TABLE t (id int); GRANT UPDATE ON t TO pg_monitor", Token);
        DesiredResource Grant(string name, string to, string privileges) => Resource("postgres_grant", name, $$"""{"table":"t","to":"{{to}}","privileges":["{{privileges}}"]}""");
        await using var scenario = await StartAsync(Database, Token);

        await scenario.ApplyAsync([Grant("a", "pg_read_all_data", "select"), Grant("b", "public", "insert")], Token);
        await scenario.ApplyAsync([Grant("a", "pg_read_all_data", "truncate"), Grant("b", "public", "insert")], Token);

        (await Database.QueryAsync("SELECT relacl::text FROM pg_class WHERE relname = 't'", Token)).ShouldBe(["{kolumn=arwdDxt/kolumn,pg_monitor=w/kolumn,=a/kolumn,pg_read_all_data=D/kolumn}"]);
        var twice = await scenario.PlanAsync([Grant("a", "public", "select"), Grant("b", "public", "insert")], Token);
        twice.Diagnostics.ShouldHaveSingleItem().Summary.ShouldBe("grant public on table public.t is described twice");
        var taken = await scenario.PlanAsync([Grant("a", "pg_read_all_data", "truncate"), Grant("b", "public", "insert"), Grant("c", "pg_monitor", "select")], Token);
        taken.Diagnostics.ShouldHaveSingleItem().Detail!.ShouldContain("privileges: the database has [\"update\"], the configuration asks for [\"select\"]");
        await scenario.ApplyAsync([], Token);
        (await Database.QueryAsync("SELECT relacl::text FROM pg_class WHERE relname = 't'", Token)).ShouldBe(["{kolumn=arwdDxt/kolumn,pg_monitor=w/kolumn}"]);
    }

    [Fact]
    public async Task Rename_OfRoleTableAndColumn_IsFollowed()
    {
        await using var scenario = await StartAsync(Database, Token);
        DesiredResource[] Desired(string role, string table, string column, string more = "") =>
        [
            Resource("postgres_role", "r", $$"""{"name":"{{role}}"{{more.Replace("?", "users", StringComparison.Ordinal)}}}"""),
            Resource("postgres_table", "t", $$"""{"name":"{{table}}"{{more.Replace("?", "people", StringComparison.Ordinal)}},"columns":[{"name":"{{column}}","type":"int"{{more.Replace("?", "id", StringComparison.Ordinal)}}}],"owner":"postgres_role.r"}"""),
            Resource("postgres_table", "u", """{"name":"users","columns":[{"name":"id","type":"int"}],"owner":"postgres_role.r"}"""),
            Resource("postgres_grant", "g", $$"""{"table":"postgres_table.t","to":"pg_monitor","privileges":["insert"],"columns":[{"name":"{{column}}","privileges":["select"]}]}"""),
            Resource("postgres_grant", "h", """{"table":"users","to":"postgres_role.r","privileges":["select"]}"""),
            Resource("postgres_default_privileges", "d", """{"for_role":"postgres_role.r","on":"tables","to":"pg_monitor","privileges":["select"]}"""),
        ];
        await scenario.ApplyAsync(Desired("users", "people", "id"), Token);
        var renamed = Desired("clients", "persons", "key", ",\"renamed_from\":\"?\"");

        var plan = await scenario.ApplyAsync(renamed, Token);

        plan.Operations.Where(operation => operation.Action is "create" or "replace" or "delete").ShouldBeEmpty();
        await scenario.ShouldBeInSyncAsync(renamed, Token);
        await scenario.ApplyAsync([], Token);
    }

    [Fact]
    public async Task WhatCannotBeExpressed_IsNamed()
    {
        await Database.ExecuteAsync(
            """
            CREATE ROLE boss; CREATE ROLE clerk; CREATE TABLE t (id int); GRANT SELECT ON t TO boss WITH GRANT OPTION;
            SET ROLE boss; GRANT SELECT ON t TO clerk; RESET ROLE; REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC; GRANT SET ON PARAMETER work_mem TO clerk
            """,
            Token);
        await using var session = await Connection.OpenAsync(Kolumn.Sdk.SessionMode.Read, Token);

        (await new GrantHandler().FindUnsupportedAsync(session, Token)).Select(warning => warning.Summary).ShouldBe(
        [
            "Left out, because it cannot be expressed: privileges on a language (plpgsql)",
            "Left out, because it cannot be expressed: privileges passed on by another than the owner (public.t)",
            "Left out, because it cannot be expressed: privileges on a setting (work_mem)",
        ]);

        await session.DisposeAsync();
        await Database.ExecuteAsync("DROP OWNED BY boss, clerk CASCADE; DROP ROLE boss, clerk", Token);
    }

    [Theory]
    [InlineData("x\"; DROP TABLE victim; --")]
    [InlineData("x'; DROP TABLE victim; --")]
    [InlineData("a on table b")]
    [InlineData("a.b.\"c\"=r*/kolumn")]
    [InlineData("123456789012345678901234567890123456789012345678901234567890abc")]
    public async Task EveryName_HoldsAStatement_IsStoredAsItIs(string evil)
    {
        await Database.ExecuteAsync("CREATE TABLE victim (id int)", Token);
        DesiredResource Json(string type, string name, JsonObject config) => new() { Type = type, Name = name, Config = config };
        DesiredResource[] desired =
        [
            Json("postgres_role", "r", new JsonObject { ["name"] = evil }),
            Json("postgres_schema", "s", new JsonObject { ["name"] = evil }),
            Json("postgres_table", "t", new JsonObject { ["name"] = evil, ["schema"] = "postgres_schema.s", ["columns"] = new JsonArray(new JsonObject { ["name"] = evil, ["type"] = "int" }) }),
            Json("postgres_function", "f", new JsonObject { ["name"] = evil, ["schema"] = evil, ["arguments"] = new JsonArray(new JsonObject { ["type"] = "int" }), ["body"] = "SELECT 1", ["returns"] = "int" }),
            Json("postgres_grant", "g", new JsonObject { ["table"] = "postgres_table.t", ["to"] = "postgres_role.r", ["privileges"] = new JsonArray("select"), ["columns"] = new JsonArray(new JsonObject { ["name"] = evil, ["privileges"] = new JsonArray("update") }) }),
            Json("postgres_grant", "h", new JsonObject { ["schema"] = "postgres_schema.s", ["to"] = evil, ["privileges"] = new JsonArray("usage") }),
            Json("postgres_grant", "i", new JsonObject { ["function"] = "postgres_function.f", ["to"] = evil, ["privileges"] = new JsonArray("execute") }),
            Json("postgres_default_privileges", "d", new JsonObject { ["for_role"] = evil, ["to"] = evil, ["schema"] = evil, ["on"] = "tables", ["privileges"] = new JsonArray("select") }),
        ];
        await using var scenario = await StartAsync(Database, Token);

        await scenario.ApplyAsync(desired, Token);

        await scenario.ShouldBeInSyncAsync(desired, Token);
        await Lifecycle.AdoptDiscoveredAsync(Database, Token);
        await scenario.ApplyAsync([], Token);
        (await Database.QueryAsync("SELECT count(*)::text FROM victim", Token)).ShouldBe(["0"]);
        (await Database.QueryAsync("SELECT 1 FROM pg_roles WHERE oid >= 16384", Token)).ShouldBeEmpty();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await server.DropRolesAsync();
    }

    [Theory]
    [InlineData("""{"table":"t","schema":"s","to":"a","privileges":["all"]}""", "schema", "A grant is on exactly one of table, sequence, schema, database, function, procedure, type")]
    [InlineData("""{"to":"a","privileges":["all"]}""", "table", "A grant is on exactly one of table, sequence, schema, database, function, procedure, type")]
    [InlineData("""{"table":"t","to":"a"}""", "privileges", "'privileges' is missing")]
    [InlineData("""{"table":"t","to":"a","privileges":["execute"]}""", "privileges", "'execute' is no privilege on a table")]
    [InlineData("""{"table":"t","to":"a","privileges":["select; DROP TABLE t"]}""", "privileges", "'select; drop table t' is no privilege on a table")]
    [InlineData("""{"table":"t","to":"a","privileges":["select"],"with_grant_option":["update"]}""", "with_grant_option", "update cannot be passed on by who does not have it")]
    [InlineData("""{"table":"t","to":"","privileges":["select"]}""", "to", "This cannot be used as to: a name cannot be empty")]
    [InlineData("""{"table":"a.b.c","to":"a","privileges":["select"]}""", "table", "This names no table")]
    [InlineData("""{"function":"f","to":"a","privileges":["execute"]}""", "function", "This names no function")]
    [InlineData("""{"function":"f(int) TO x; --)","to":"a","privileges":["execute"]}""", "function", "This names no function")]
    [InlineData("""{"schema":"s","to":"a","privileges":["usage"],"columns":[{"name":"c","privileges":["select"]}]}""", "columns", "A schema has no columns that could be granted")]
    [InlineData("""{"table":"t","to":"a","columns":[{"name":"c","privileges":["select"]},{"name":"c","privileges":["update"]}]}""", "columns[1].name", "The column c stands here twice")]
    [InlineData("""{"table":"t","to":"a","columns":[{"name":"c","privileges":["delete"]}]}""", "columns[0].privileges", "'delete' is no privilege on a column")]
    public void Describe_Mistake_IsNamedAtItsPlace(string config, string attribute, string summary)
    {
        var diagnostic = Configs.TryDescribe(new GrantHandler(), config).Diagnostics.ShouldHaveSingleItem();

        (diagnostic.Attribute!.ToString(), diagnostic.Summary).ShouldBe((attribute, summary));
    }
}
