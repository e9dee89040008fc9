using System.Text.Json.Nodes;
using Kolumn.Protocol.Runtime;
using Kolumn.Providers.Postgres.Resources.Roles;
using Kolumn.Providers.Postgres.Tests.Scenarios;
using Kolumn.Testing;
using Npgsql;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Resources;

[Collection(OwnServer.Name)]
public sealed class RoleTests(OwnPostgresServer server) : PostgresTest(server)
{
    private const string Password = "tr0ub4dor & 'three'";

    private const string Query = """
        SELECT (rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolinherit, rolreplication, rolbypassrls, rolconnlimit, rolvaliduntil AT TIME ZONE 'UTC', shobj_description(r.oid, 'pg_authid'),
                (SELECT string_agg(roleid::regrole || CASE WHEN admin_option THEN '*' ELSE '' END, ',' ORDER BY roleid::regrole::text) FROM pg_auth_members WHERE member = r.oid),
                (SELECT string_agg(coalesce(datname, '*') || ':' || setconfig::text, ' ' ORDER BY datname) FROM pg_db_role_setting LEFT JOIN pg_database d ON d.oid = setdatabase WHERE setrole = r.oid))::text
        FROM pg_roles r WHERE rolname = 'My; "own"'
        """;

    private static readonly DesiredResource[] Groups = [Resource("postgres_role", "readers", "{}"), Resource("postgres_role", "Writers; --", "{}")];

    [Fact]
    public Task Role_FromCreationToEnd_ChangesInPlace() => new Lifecycle(Database, "postgres_role", "My; \"own\"") { Others = Groups }.RunAsync(
        Token,
        new Stage("{}", "create", Query, "(f,f,f,f,t,f,f,-1,,,,)"),
        new Stage("""{"superuser":true,"createdb":true,"createrole":true,"inherit":false,"replication":true,"bypass_rls":true,"connection_limit":0,"comment":"it's"}""", "update", Query, "(f,t,t,t,f,t,t,0,,it's,,)"),
        new Stage("""{"login":false,"member_of":["readers",{"role":"postgres_role.Writers; --","admin":true}],"set":{"search_path":"\"Shop\", pg_temp","shop.tenant":"it's; --"}}""", "update", Query,
            """(f,f,f,f,t,f,f,-1,,,"""
            + "\"\"\"Writers; --\"\"*,readers\",\"*:{\"\"search_path=\\\\\"\"Shop\\\\\"\", pg_temp\"\",\"\"shop.tenant=it's; --\"\"}\")"),
        new Stage("""{"inherit":false,"member_of":[{"role":"readers","admin":true},"Writers; --"],"set":{"work_mem":"8MB"},"set_in_database":{"postgres":{"work_mem":"16MB","statement_timeout":0}}}""", "update", Query,
            """(f,f,f,f,f,f,f,-1,,,"""
            + "\"\"\"Writers; --\"\",readers*\",\"postgres:{statement_timeout=0,work_mem=16MB} *:{work_mem=8MB}\")"),
        new Stage("""{"set_in_database":{"postgres":{"work_mem":"16MB"},"template1":{"work_mem":"1MB"}}}""", "update", Query, "(f,f,f,f,t,f,f,-1,,,,\"postgres:{work_mem=16MB} template1:{work_mem=1MB}\")"),
        new Stage("{}", "update", Query, "(f,f,f,f,t,f,f,-1,,,,)"));

    [Fact]
    public Task User_FromCreationToEnd_ChangesInPlace() => new Lifecycle(Database, "postgres_user", "My; \"own\"") { Others = Groups }.RunAsync(
        Token,
        new Stage("""{"login":true,"password":"one"}""", "create", Query, "(t,f,f,f,t,f,f,-1,,,,)"),
        new Stage("""{"password":"two","connection_limit":3,"valid_until":"2031-02-03T04:05:06.5+02:00"}""", "update", Query, "(t,f,f,f,t,f,f,3,\"2031-02-03 02:05:06.5\",,,)"),
        new Stage("""{"valid_until":"2031-02-03","connection_limit":-1,"member_of":["readers"]}""", "update", Query, "(t,f,f,f,t,f,f,-1,\"2031-02-03 00:00:00\",,readers,)"),
        new Stage("""{"valid_until":"infinity"}""", "update", Query, "(t,f,f,f,t,f,f,-1,infinity,,,)"));

    [Fact]
    public async Task Password_ComesAndChanges_IsHeldAsAVerifierAndSeenByNobody()
    {
        await using var scenario = await StartAsync(Database, Token);
        DesiredResource[] first = [User(Password)], second = [User("another")];

        var created = await scenario.ApplyAsync(first, Token);

        created.Operations[0].Statements.ShouldBe(["CREATE ROLE \"app\" LOGIN", "ALTER ROLE \"app\" PASSWORD '[REDACTED]'"]);
        Written(created).ShouldNotContain("tr0ub4dor");
        scenario.State["postgres_user.app"].State.ToJsonString().ShouldNotContain("tr0ub4dor");
        (await StoredAsync()).ShouldStartWith("SCRAM-SHA-256$4096:");
        (await LogsInAsync(Password)).ShouldBeTrue();
        await scenario.ShouldBeInSyncAsync(first, Token);

        var changed = await scenario.ApplyAsync(second, Token);

        changed.Operations[0].Changes!.Single().ShouldSatisfyAllConditions(
            change => change.Key.ShouldBe("password"),
            change => change.Value.NewValue!.GetValue<string>().ShouldBe("(sensitive)"));
        changed.Operations[0].Statements.ShouldBe(["ALTER ROLE \"app\" PASSWORD '[REDACTED]'"]);
        (await LogsInAsync("another")).ShouldBeTrue();
        (await LogsInAsync(Password)).ShouldBeFalse();

        // Nothing else is in the record of what was done, and nothing is done for nothing.
        var stored = await StoredAsync();
        (await Database.QueryAsync("SELECT details::text || coalesce(before::text, '') FROM (SELECT to_jsonb(a) AS details, NULL AS before FROM _kolumn.audit_log a) x", Token))
            .ShouldAllBe(entry => !entry!.Contains("tr0ub4dor") && !entry.Contains("SCRAM"));
        await scenario.ApplyAsync([User("another", ",\"comment\":\"x\"")], Token);
        (await StoredAsync()).ShouldBe(stored);
        await scenario.ApplyAsync([], Token);
    }

    [Fact]
    public async Task Password_ChangedByAnotherHand_IsSetAgain()
    {
        await using var scenario = await StartAsync(Database, Token);
        await scenario.ApplyAsync([User(Password)], Token);
        await Database.ExecuteAsync("ALTER ROLE app PASSWORD 'theirs'", Token);

        var plan = await scenario.ApplyAsync([User(Password)], Token);

        plan.Operations.ShouldHaveSingleItem().Action.ShouldBe("update");
        (await LogsInAsync(Password)).ShouldBeTrue();
        await scenario.ApplyAsync([], Token);
    }

    [Fact]
    public async Task Password_CannotBeLookedAt_IsSetWhenTheConfigurationChanges()
    {
        await Database.ExecuteAsync("CREATE ROLE manager LOGIN CREATEROLE PASSWORD 'm'", Token);
        var url = Database.Url.Replace($"{Database.Username}:{Database.Password}@", "manager:m@", StringComparison.Ordinal);
        await using var scenario = await StartAsync(url, Token, audit: false);
        await scenario.ApplyAsync([User(Password)], Token);
        await scenario.ShouldBeInSyncAsync([User(Password)], Token);

        var changed = await scenario.ApplyAsync([User("another")], Token);

        changed.Operations.ShouldHaveSingleItem().Action.ShouldBe("update");
        (await LogsInAsync("another")).ShouldBeTrue();
        await scenario.ApplyAsync([], Token);
        await Database.ExecuteAsync("DROP ROLE manager", Token);
    }

    [Fact]
    public async Task Adopt_PasswordOfAnotherKind_IsRecognised()
    {
        await Database.ExecuteAsync("SET password_encryption = 'md5'; CREATE ROLE app LOGIN PASSWORD 'tr0ub4dor & ''three'''", Token);
        await using var scenario = await StartAsync(Database, Token);

        (await scenario.ApplyAsync([User(Password)], Token)).Operations.ShouldHaveSingleItem().Action.ShouldBe("read");
        await scenario.ShouldBeInSyncAsync([User(Password)], Token);

        // A verifier is as good as the password.
        await Database.ExecuteAsync("ALTER ROLE app PASSWORD 'tr0ub4dor & ''three'''", Token);
        var verifier = await StoredAsync();
        scenario.ForgetState();
        (await scenario.ApplyAsync([User(verifier)], Token)).Operations.ShouldHaveSingleItem().Action.ShouldBe("read");
        (await scenario.PlanAsync([User("wrong")], Token)).Operations.ShouldHaveSingleItem().Action.ShouldBe("update");
        await scenario.ApplyAsync([], Token);
    }

    [Fact]
    public async Task Drift_LoginTakenAway_IsGivenBackAndNothingIsDroppedAsAnotherKind()
    {
        await using var scenario = await StartAsync(Database, Token);
        await scenario.ApplyAsync([User(Password)], Token);
        await Database.ExecuteAsync("ALTER ROLE app NOLOGIN CONNECTION LIMIT 7", Token);

        var refused = await scenario.PlanAsync([], Token);
        refused.Diagnostics.ShouldHaveSingleItem().Summary.ShouldBe("The user app is not dropped: it may not log in any more");
        var plan = await scenario.ApplyAsync([User(Password)], Token);

        plan.Operations[0].Statements.ShouldBe(["ALTER ROLE \"app\" LOGIN CONNECTION LIMIT -1"]);
        plan.Operations[0].Drift!.Keys.ShouldBe(["login", "connection_limit"], ignoreOrder: true);
        await scenario.ApplyAsync([], Token);
        (await Database.QueryAsync("SELECT 1 FROM pg_roles WHERE rolname = 'app'", Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Owner_NamesARoleOrAUserOfThePlan_ComesAfterIt()
    {
        DesiredResource[] desired =
        [
            Resource("postgres_schema", "s", """{"owner":"postgres_user.app"}"""),
            Resource("postgres_table", "t", """{"columns":[{"name":"id","type":"int"}],"owner":"postgres_role.readers","schema":"s"}"""),
            Resource("postgres_policy", "p", """{"table":"s.t","roles":["postgres_user.app","postgres_role.readers"],"using":"true"}"""),
            Resource("postgres_user", "app", """{"member_of":["postgres_role.readers"]}"""),
            Resource("postgres_role", "readers", "{}"),
        ];
        await using var scenario = await StartAsync(Database, Token);

        await scenario.ApplyAsync(desired, Token);

        await scenario.ShouldBeInSyncAsync(desired, Token);
        await Lifecycle.AdoptDiscoveredAsync(Database, Token);
        await scenario.ApplyAsync([], Token);
    }

    [Theory]
    [InlineData("x\"; DROP TABLE victim; --")]
    [InlineData("x'; DROP TABLE victim; --")]
    [InlineData("\\'; DROP TABLE victim; --")]
    [InlineData("{0} %s $1 :p @p ?")]
    [InlineData("123456789012345678901234567890123456789012345678901234567890abc")]
    [InlineData("a.b.\"c\"")]
    public async Task EveryNameAndValue_HoldsAStatement_IsStoredAsItIs(string evil)
    {
        await Database.ExecuteAsync("CREATE TABLE victim (id int)", Token);
        DesiredResource[] desired =
        [
            new() { Type = "postgres_role", Name = "group", Config = new JsonObject { ["name"] = evil, ["comment"] = evil } },
            new()
            {
                Type = "postgres_user",
                Name = "user",
                Config = new JsonObject
                {
                    ["name"] = "u" + evil[..^1],
                    ["password"] = evil,
                    ["member_of"] = new JsonArray(evil),
                    ["set"] = new JsonObject { ["application_name"] = evil },
                    ["set_in_database"] = new JsonObject { [Database.Name] = new JsonObject { ["shop.x"] = evil } },
                },
            },
        ];
        await using var scenario = await StartAsync(Database, Token);

        await scenario.ApplyAsync(desired, Token);

        await scenario.ShouldBeInSyncAsync(desired, Token);
        (await Database.QueryAsync("SELECT rolname FROM pg_roles WHERE oid >= 16384 ORDER BY rolname COLLATE \"C\"", Token)).Order(StringComparer.Ordinal)
            .ShouldBe(new[] { evil, "u" + evil[..^1] }.Order(StringComparer.Ordinal));
        await Lifecycle.AdoptDiscoveredAsync(Database, Token);
        await scenario.ApplyAsync([], Token);
        (await Database.QueryAsync("SELECT count(*)::text FROM victim", Token)).ShouldBe(["0"]);
    }

    [Theory]
    [InlineData(true, """{"name":"1234567890123456789012345678901234567890123456789012345678901234"}""", "name", "'1234567890123456789012345678901234567890123456789012345678901234' cannot be a name: the name has 64 bytes, PostgreSQL keeps only 63")]
    [InlineData(true, """{"name":"pg_x"}""", "name", "'pg_x' is a name of the system's own")]
    [InlineData(false, """{"name":"public"}""", "name", "'public' is a name of the system's own")]
    [InlineData(false, """{"name":"a","login":true}""", "login", "A role may not log in")]
    [InlineData(true, """{"name":"a","login":false}""", "login", "A user may log in")]
    [InlineData(true, """{"name":"a","password":""}""", "password", "PostgreSQL takes no empty password")]
    [InlineData(true, """{"name":"a","password":"pässword"}""", "password", "A password is of printable ASCII characters")]
    [InlineData(true, """{"name":"a","valid_until":"tomorrow"}""", "valid_until", "'tomorrow' is no moment")]
    [InlineData(true, """{"name":"a","connection_limit":-2}""", "connection_limit", "This is no number of connections")]
    [InlineData(true, """{"name":"a","member_of":["b",{"role":"b"}]}""", "member_of[1].role", "The role b stands here twice")]
    [InlineData(true, """{"name":"a","member_of":[{"role":"b","admn":true}]}""", "member_of[0].admn", "A membership has no attribute 'admn'")]
    [InlineData(true, """{"name":"a","set":{"a b":1}}""", "set.a b", "'a b' is not the name of a setting")]
    [InlineData(true, """{"name":"a","set_in_database":{"shop":1}}""", "set_in_database.shop", "Settings by name are expected here")]
    public void Describe_Mistake_IsNamedAtItsPlace(bool login, string config, string attribute, string summary)
    {
        var diagnostic = Configs.TryDescribe(new RoleHandler(login), config).Diagnostics.ShouldHaveSingleItem();

        (diagnostic.Attribute!.ToString(), diagnostic.Summary).ShouldBe((attribute, summary));
    }

    [Fact]
    public void Memberships_WithOptionsOfVersion16_AreSpelledAndGivenAgainWhenTheRoleChanges()
    {
        var handler = new RoleHandler(login: true);
        var (plain, special) = (
            Configs.Describe(handler, """{"name":"a","member_of":["r",{"role":"s","inherit":true}]}"""),
            Configs.Describe(handler, """{"name":"a","inherit":false,"member_of":["r",{"role":"s","admin":true,"inherit":true,"set":false}]}"""));

        Configs.Text(handler.Alter(plain, special)).ShouldBe("""
            ALTER ROLE "a" NOINHERIT

            REVOKE "r" FROM "a"

            GRANT "r" TO "a"

            REVOKE "s" FROM "a"

            GRANT "s" TO "a" WITH ADMIN TRUE, INHERIT TRUE, SET FALSE
            """);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await server.DropRolesAsync();
    }

    private static DesiredResource User(string? password, string more = "") =>
        Resource("postgres_user", "app", $$"""{"password":{{JsonValue.Create(password)!.ToJsonString()}}{{more}}}""");

    private static string Written(RuntimePlan plan) => string.Join('\n', plan.Operations.Select(operation => $"{operation}{string.Join(';', operation.Statements ?? [])}{string.Join(';', operation.Changes?.Values.Select(change => change.ToString()) ?? [])}"));

    private async Task<string> StoredAsync() => (await Database.QueryAsync("SELECT rolpassword FROM pg_authid WHERE rolname = 'app'", Token)).Single()!;

    private async Task<bool> LogsInAsync(string password)
    {
        var builder = new NpgsqlConnectionStringBuilder(Database.ConnectionString) { Username = "app", Password = password, Pooling = false };
        await using var connection = new NpgsqlConnection(builder.ConnectionString);
        try
        {
            await connection.OpenAsync(Token);
            return true;
        }
        catch (PostgresException refused) when (refused.SqlState == "28P01")
        {
            return false;
        }
    }
}
