using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;
using Kolumn.Providers.Postgres.Tests.Scenarios;
using Kolumn.Sdk;
using Kolumn.Testing;
using Npgsql;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Resources;

[Collection(OwnServer.Name)]
public sealed class DatabaseTests(OwnPostgresServer server) : PostgresTest(server)
{
    private const string Query = """
        SELECT (nullif(pg_get_userbyid(datdba), current_user), pg_encoding_to_char(encoding), datcollate, datctype, datlocprovider, daticulocale, datconnlimit, datallowconn, datistemplate, spcname,
                shobj_description(d.oid, 'pg_database'), (SELECT setconfig FROM pg_db_role_setting WHERE setdatabase = d.oid AND setrole = 0))::text
        FROM pg_database d JOIN pg_tablespace t ON t.oid = dattablespace WHERE datname = 'My; "own"'
        """;

    private static readonly DesiredResource Keeper = Resource("postgres_role", "keeper", "{}");

    private string Administrators => Database.Url.Replace("/" + Database.Name, "/postgres", StringComparison.Ordinal);

    public override async ValueTask DisposeAsync()
    {
        await Database.ExecuteAsync("UPDATE pg_database SET datistemplate = false WHERE datname NOT LIKE 'template_'", Token);
        foreach (var name in await Database.QueryAsync("SELECT format('%I', datname) FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1', current_database())", Token))
        {
            await Database.ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)", Token);
        }

        await base.DisposeAsync();
        await server.DropRolesAsync();
    }

    [Fact]
    public Task Database_FromCreationToEnd_ChangesInPlace() => new Lifecycle(Database, "postgres_database", "My; \"own\"") { Others = [Keeper] }.RunAsync(
        Token,
        new Stage("""{"encoding":"utf-8","locale":"C"}""", "create", Query, "(,UTF8,C,C,c,,-1,t,f,pg_default,,)"),
        new Stage("""{"owner":"postgres_role.keeper","connection_limit":3,"allow_connections":false,"is_template":true,"comment":"it's","set":{"search_path":"\"Shop\", pg_temp","work_mem":"8MB"}}""", "update", Query,
            """(keeper,UTF8,C,C,c,,3,f,t,pg_default,it's,"{""search_path=\\"Shop\\", pg_temp"",work_mem=8MB}")""".Replace("\\\\\"", "\\\\\"\"", StringComparison.Ordinal)),
        new Stage($$"""{"owner":"{{Database.Username}}","set":{"work_mem":"16MB"},"connection_limit":0}""", "update", Query, "(,UTF8,C,C,c,,0,t,f,pg_default,,{work_mem=16MB})"),
        new Stage("{}", "update", Query, "(,UTF8,C,C,c,,-1,t,f,pg_default,,)"));

    [Fact]
    public async Task Create_OfATemplateInATablespace_IsACopyAndMovesInPlace()
    {
        await Database.ExecuteAsync($"ALTER DATABASE {Database.Name} SET allow_in_place_tablespaces = on", Token);
        await Database.ExecuteAsync("CREATE TABLESPACE fast LOCATION ''", Token);
        await Database.ExecuteAsync("CREATE TABLESPACE slow LOCATION ''", Token);
        await using var scenario = await StartAsync(Database, Token);
        var model = Resource("postgres_database", "model", """{"encoding":"LATIN1","locale":"C","tablespace":"fast"}""");
        await scenario.ApplyAsync([model], Token);
        await InAsync("model", "CREATE TABLE t (n int); INSERT INTO t VALUES (7)");

        var plan = await scenario.ApplyAsync([model, Resource("postgres_database", "copy", """{"template":"postgres_database.model"}""")], Token);

        plan.Operations.Single(o => o.Name == "copy").Statements.ShouldBe(["CREATE DATABASE \"copy\" TEMPLATE \"model\""]);
        (await InAsync("copy", "SELECT n FROM t")).ShouldBe(7);
        DesiredResource[] moved = [model, Resource("postgres_database", "copy", """{"template":"postgres_database.model","tablespace":"slow"}""")];
        var move = await scenario.ApplyAsync(moved, Token);
        move.Operations.Single(o => o.Name == "copy").ShouldSatisfyAllConditions(
            o => o.Statements.ShouldBe(["ALTER DATABASE \"copy\" SET TABLESPACE \"slow\""]),
            o => o.Hazards!.Select(h => h.Name).ShouldBe([HazardNames.LongLock, HazardNames.OutsideTransaction]));
        (await InAsync("copy", "SELECT n FROM t")).ShouldBe(7);
        await scenario.ShouldBeInSyncAsync(moved, Token);
        await scenario.ApplyAsync([], Token);
        await Database.ExecuteAsync("DROP TABLESPACE fast", Token);
        await Database.ExecuteAsync("DROP TABLESPACE slow", Token);
    }

    [Fact]
    public async Task Role_OwnsADatabaseInWhichItHasSettings_IsMadeChangedAndDropped()
    {
        await using var scenario = await StartAsync(Database.Url, Token, safeDestroy: false);
        static DesiredResource[] Desired(string memory) =>
        [
            Resource("postgres_database", "shop", """{"owner":"postgres_role.keeper"}"""),
            Resource("postgres_role", "keeper", """{"set":{"work_mem":"4MB"},"set_in_database":{"shop":{"work_mem":"so much"}}}""".Replace("so much", memory, StringComparison.Ordinal)),
        ];
        const string Settings = "SELECT setconfig::text FROM pg_db_role_setting WHERE setrole = 'keeper'::regrole AND setdatabase <> 0";

        var made = await scenario.ApplyAsync(Desired("8MB"), Token);

        made.Operations.Select(o => $"{o.Action} {o.Address}").ShouldBe(["create postgres_role.keeper", "create postgres_database.shop"]);
        (await Database.QueryAsync(Settings, Token)).ShouldBe(["{work_mem=8MB}"]);
        await scenario.ShouldBeInSyncAsync(Desired("8MB"), Token);
        await scenario.ApplyAsync(Desired("16MB"), Token);
        (await Database.QueryAsync(Settings, Token)).ShouldBe(["{work_mem=16MB}"]);
        await scenario.ShouldBeInSyncAsync(Desired("16MB"), Token);
        await scenario.ApplyAsync([], Token);
        (await Database.QueryAsync("SELECT rolname FROM pg_roles WHERE rolname = 'keeper' UNION SELECT datname FROM pg_database WHERE datname = 'shop'", Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Create_WithALocaleOfIcu_IsReadBackAndAdopted()
    {
        await using var scenario = await StartAsync(Administrators, Token);
        DesiredResource[] desired = [Resource("postgres_database", "words", """{"locale_provider":"icu","provider_locale":"de-AT","locale":"C.UTF-8","encoding":"UTF8"}""")];

        await scenario.ApplyAsync(desired, Token);

        await scenario.ShouldBeInSyncAsync(desired, Token);
        var found = (await scenario.DiscoverAsync(Token)).State.Single(r => r.Type == "postgres_database" && r.Name == "words");
        JsonNode.DeepEquals(found.Config, Configs.Json($$"""{"name":"words","encoding":"UTF8","locale":"C.UTF-8","locale_provider":"icu","provider_locale":"de-AT","owner":"{{Database.Username}}"}""")).ShouldBeTrue(found.Config.ToJsonString());
    }

    [Fact]
    public async Task Encoding_IsAnother_MakesAnotherDatabaseOnlyWhereThatIsAllowed()
    {
        await using var scenario = await StartAsync(Database, Token);
        await scenario.ApplyAsync([Resource("postgres_database", "shop", """{"encoding":"UTF8","locale":"C"}""")], Token);
        DesiredResource[] desired = [Resource("postgres_database", "shop", """{"encoding":"iso-8859-15","locale":"C"}""")];

        var plan = await scenario.ApplyAsync(desired, Token);

        plan.Operations.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            o => o.Action.ShouldBe("replace"),
            o => o.Hazards!.Select(h => h.Name).ShouldBe([HazardNames.DataLoss, HazardNames.OutsideTransaction]));
        (await Database.QueryAsync("SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'shop'", Token)).ShouldBe(["LATIN9"]);
        await scenario.ShouldBeInSyncAsync(desired, Token);
        (await scenario.PlanAsync([Resource("postgres_database", "shop", """{"encoding":"klingon"}""")], Token)).Diagnostics.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            d => d.Summary.ShouldBe("The server knows no encoding 'klingon'"),
            d => d.Attribute!.ToString().ShouldBe("encoding"));
    }

    [Fact]
    public async Task Delete_ThenRestoreThenPurge_KeepsEveryRowUntilThen()
    {
        await using var scenario = await StartAsync(Database.Url, Token, safeDestroy: true);
        DesiredResource[] desired = [Resource("postgres_database", "shop", """{"connection_limit":5,"is_template":true}""")];
        await scenario.ApplyAsync(desired, Token);
        await InAsync("shop", "CREATE TABLE t (n int); INSERT INTO t VALUES (7)");

        await using (var visitor = await OpenAsync("shop"))
        {
            var refused = await scenario.TryApplyAsync([], await scenario.PlanAsync([], Token), Token);
            refused.Diagnostics.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
                d => d.EngineCode.ShouldBe("55006"),
                d => d.Detail!.ShouldContain("End the sessions that use it"));
        }

        await scenario.ShouldBeInSyncAsync(desired, Token);
        var plan = await scenario.ApplyAsync([], Token);
        plan.Operations.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            o => o.QuarantineLocation!.ShouldStartWith("_kolumn_quarantine_"),
            o => (o.Hazards ?? []).ShouldBeEmpty());
        (await Should.ThrowAsync<PostgresException>(() => OpenAsync(plan.Operations[0].QuarantineLocation!))).SqlState.ShouldBe("55000");

        var entry = (await scenario.Quarantine.QuarantinedAsync(Token)).State.ShouldHaveSingleItem();
        (await scenario.Quarantine.RestoreAsync(entry, Token)).Diagnostics.ShouldBeEmpty();
        (await InAsync("shop", "SELECT n FROM t")).ShouldBe(7);
        (await scenario.ApplyAsync(desired, Token)).Operations.ShouldHaveSingleItem().Action.ShouldBe("read");

        await scenario.ApplyAsync([], Token);
        entry = (await scenario.Quarantine.QuarantinedAsync(Token)).State.ShouldHaveSingleItem();
        (await scenario.Quarantine.PurgeAsync(entry, Token)).Diagnostics.ShouldBeEmpty();
        (await Database.QueryAsync("SELECT datname FROM pg_database WHERE datname LIKE '%quarantine%' OR datname = 'shop'", Token)).ShouldBeEmpty();
        (await scenario.Quarantine.QuarantinedAsync(Token)).State.ShouldBeEmpty();
    }

    [Fact]
    public async Task Purge_EndedBeforeTheLedgerWasWritten_IsFinishedByTheNext()
    {
        await using var scenario = await StartAsync(Database.Url, Token, safeDestroy: true);
        await scenario.ApplyAsync([Resource("postgres_database", "shop", "{}")], Token);
        var location = (await scenario.ApplyAsync([], Token)).Operations.Single().QuarantineLocation;
        await Database.ExecuteAsync($"DROP DATABASE {location}", Token);

        var entry = (await scenario.Quarantine.QuarantinedAsync(Token)).State.ShouldHaveSingleItem();
        (await scenario.Quarantine.PurgeAsync(entry, Token)).Diagnostics.ShouldBeEmpty();

        (await scenario.Quarantine.QuarantinedAsync(Token)).State.ShouldBeEmpty();
    }

    [Fact]
    public async Task Rename_WhatNamesIt_FollowsAndKeepsItsRows()
    {
        await using var scenario = await StartAsync(Database, Token);
        var table = Resource("postgres_table", "shop", """{"columns":[{"name":"n","type":"int"}]}""");
        var view = Resource("postgres_view", "v", """{"query":"SELECT n FROM shop"}""");
        DesiredResource[] before =
        [
            Resource("postgres_database", "shop", "{}"), table, view, Keeper,
            Resource("postgres_user", "app", """{"set_in_database":{"shop":{"work_mem":"8MB"}}}"""),
            Resource("postgres_grant", "may", """{"database":"postgres_database.shop","to":"keeper","privileges":["create"]}"""),
        ];
        await scenario.ApplyAsync(before, Token);
        await InAsync("shop", "CREATE TABLE t (n int); INSERT INTO t VALUES (7)");
        DesiredResource[] after =
        [
            Resource("postgres_database", "store", """{"renamed_from":"shop"}"""), table, view, Keeper,
            Resource("postgres_user", "app", """{"set_in_database":{"store":{"work_mem":"8MB"}}}"""),
            Resource("postgres_grant", "may", """{"database":"postgres_database.store","to":"keeper","privileges":["create"]}"""),
        ];

        var plan = await scenario.ApplyAsync(after, Token);

        plan.Operations.SelectMany(o => o.Statements ?? []).ShouldBe(["ALTER DATABASE \"shop\" RENAME TO \"store\""]);
        (await InAsync("store", "SELECT n FROM t")).ShouldBe(7);
        await scenario.ShouldBeInSyncAsync(after, Token);
        await scenario.ApplyAsync([], Token);
    }

    [Fact]
    public async Task Own_DeletedOrRenamed_IsRefusedWithANextStep()
    {
        await using var scenario = await StartAsync(Database, Token);
        DesiredResource[] own = [Resource("postgres_database", Database.Name, """{"comment":"mine"}""")];
        scenario.ForgetState();
        await Database.ExecuteAsync($"COMMENT ON DATABASE {Database.Name} IS 'mine'", Token);
        (await scenario.ApplyAsync(own, Token)).Operations.ShouldHaveSingleItem().Action.ShouldBe("read");

        var result = await scenario.TryApplyAsync([], await scenario.PlanAsync([], Token), Token);

        result.Success.ShouldBeFalse();
        result.Diagnostics.ShouldHaveSingleItem().Detail!.ShouldContain("connect it to another one, such as postgres");
        await scenario.ShouldBeInSyncAsync(own, Token);
    }

    [Fact]
    public async Task Create_Fails_LeavesTheRestAndTheNextPlanGoesOn()
    {
        await using var scenario = await StartAsync(Database, Token);
        DesiredResource[] wrong = [Keeper, Resource("postgres_database", "shop", """{"template":"nowhere","owner":"keeper"}""")];

        var result = await scenario.ApplyInPartAsync(wrong, Token);

        result.Diagnostics[0].ShouldSatisfyAllConditions(
            d => d.EngineCode.ShouldBe("3D000"),
            d => d.Address.ShouldBe("postgres_database.shop"),
            d => d.Detail!.ShouldContain("everything before it is committed"));
        DesiredResource[] right = [Keeper, Resource("postgres_database", "shop", """{"owner":"keeper"}""")];
        (await scenario.ApplyAsync(right, Token)).Operations.Single(o => o.Name == "shop").Action.ShouldBe("create");
        await scenario.ShouldBeInSyncAsync(right, Token);
    }

    [Fact]
    public async Task Drop_WasInterrupted_MakesItAgain()
    {
        await using var scenario = await StartAsync(Database, Token);
        DesiredResource[] desired = [Resource("postgres_database", "shop", "{}")];
        await scenario.ApplyAsync(desired, Token);
        await Database.ExecuteAsync("UPDATE pg_database SET datconnlimit = -2 WHERE datname = 'shop'", Token);

        (await scenario.ApplyAsync(desired, Token)).Operations.ShouldHaveSingleItem().Action.ShouldBe("replace");

        (await InAsync("shop", "SELECT 1")).ShouldBe(1);
        await scenario.ShouldBeInSyncAsync(desired, Token);
    }

    [Fact]
    public async Task Create_InATransactionOfSomebody_IsRefused()
    {
        await using var provider = await CalledProvider.ConfigureAsync(InProcessProvider.Create(PostgresProvider.Define()), new JsonObject { ["url"] = Database.Url });
        var transaction = await provider.CallAsync<TransactionRequest, TransactionResponse>(FunctionNames.BeginTransaction, new TransactionRequest());

        var refused = await provider.CallAsync<CreateResourceRequest, CreateResourceResponse>(
            FunctionNames.CreateResource, new CreateResourceRequest { ResourceType = "database", Name = "shop", Config = [], TransactionId = transaction.TransactionId });

        refused.Success.ShouldBeFalse();
        refused.Error!.ShouldContain("database shop cannot be changed in a transaction");
        await provider.CreateAsync("database", "shop", "{}");
    }

    [Fact]
    public async Task Discover_FromTheAdministratorsDatabase_TellsTheOthers()
    {
        await using var here = await StartAsync(Database, Token);
        await here.ApplyAsync([Resource("postgres_database", "shop", "{}")], Token);
        await using var there = await StartAsync(Administrators, Token);

        (await here.DiscoverAsync(Token)).State.ShouldNotContain(r => r.Type == "postgres_database");
        (await there.DiscoverAsync(Token)).State.Where(r => r.Type == "postgres_database").Select(r => r.Name).ShouldBe([Database.Name, "shop"]);
    }

    private async Task<NpgsqlConnection> OpenAsync(string database)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Database.ConnectionString) { Database = database, Pooling = false }.ConnectionString);
        await connection.OpenAsync(Token);
        return connection;
    }

    private async Task<object?> InAsync(string database, string sql)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Token);
    }
}
