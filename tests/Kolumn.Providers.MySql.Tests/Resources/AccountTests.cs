using System.Text.Json.Nodes;
using Kolumn.Protocol.Runtime;
using Kolumn.Providers.MySql.Tests.Scenarios;
using Kolumn.Testing;
using MySqlConnector;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.MySql.Tests.Resources;

[Collection(OwnServer.Name)]
public sealed class AccountTests(OwnMariaDbServer server) : MySqlTest(server)
{
    private const string Password = "tr0ub4dor & 'three' \\ ä";

    private const string Query = """
        SELECT concat_ws(' ', User, Host, plugin, ssl_type, x509_subject, x509_issuer, max_questions, max_user_connections, default_role, json_value((SELECT Priv FROM mysql.global_priv g WHERE g.User = u.User AND g.Host = u.Host), '$.account_locked'),
            (SELECT group_concat(concat(Role, ' ', Admin_option) ORDER BY Role) FROM mysql.roles_mapping m WHERE m.User = u.User AND m.Host = u.Host))
        FROM mysql.user u WHERE User = 'my; ''own'''
        """;

    private static DesiredResource[] Roles { get; } = [Resource("mysql_role", "readers", "{}"), Resource("mysql_role", "writers; --", "{}")];

    [Fact]
    public async Task User_FromCreationToEnd_ChangesInPlace() => await new Lifecycle(Database, "mysql_user", "my; 'own'") { Others = Roles }.RunAsync(
        Token,
        new Stage("""{ "password": "one" }""", "create", Query, "my; 'own' % mysql_native_password    0 0 "),
        new Stage("""{ "password": "two", "require": "x509", "max_user_connections": 3, "max_queries_per_hour": 9, "locked": true }""", "update", Query, "my; 'own' % mysql_native_password X509   9 3  1"),
        new Stage("""{ "require_subject": "/CN=it's", "require_issuer": "/CN=me", "member_of": ["readers", { "role": "mysql_role.writers; --", "admin": true }], "default_role": "readers" }""", "update",
            Query, "my; 'own' % mysql_native_password SPECIFIED /CN=it's /CN=me 0 0 readers 0 readers N,writers; -- Y"),
        new Stage("""{ "member_of": [{ "role": "readers", "admin": true }], "default_role": "mysql_role.readers" }""", "update", Query, "my; 'own' % mysql_native_password    0 0 readers 0 readers Y"),
        new Stage("""{ "plugin": "unix_socket" }""", "update", Query, "my; 'own' % unix_socket    0 0  0"));

    [Fact]
    public async Task Role_HasOtherRoles_IsMadeAfterThemAndChangesInPlace() => await new Lifecycle(Database, "mysql_role", "all of them") { Others = Roles }.RunAsync(
        Token,
        new Stage("""{ "member_of": ["readers"] }""", "create", "SELECT group_concat(Role ORDER BY Role) FROM mysql.roles_mapping WHERE User = 'all of them'", "readers"),
        new Stage("""{ "member_of": ["readers", "writers; --"] }""", "update", "SELECT group_concat(Role ORDER BY Role) FROM mysql.roles_mapping WHERE User = 'all of them'", "readers,writers; --"));

    [Fact]
    public async Task Password_ComesAndChanges_IsSentAsAHashAndSeenByNobody()
    {
        await using var scenario = await Scenario.StartAsync(Database, Token, new JsonObject { ["safe_destroy"] = false });
        DesiredResource[] first = [User(Password)], second = [User("another")];

        var created = await scenario.ApplyAsync(first, Token);

        created.Operations[0].Statements.ShouldBe(["CREATE USER 'app'@'%' IDENTIFIED WITH mysql_native_password AS '[REDACTED]'"]);
        scenario.State["mysql_user.app"].State.ToJsonString().ShouldNotContain("tr0ub4dor");
        (await LogsInAsync(Password)).ShouldBeTrue();
        await scenario.ShouldBeInSyncAsync(first, Token);

        var changed = await scenario.ApplyAsync(second, Token);

        changed.Operations[0].Changes!.Single().ShouldSatisfyAllConditions(change => change.Key.ShouldBe("password"), change => change.Value.NewValue!.GetValue<string>().ShouldBe("(sensitive)"));
        changed.Operations[0].Statements.ShouldBe(["ALTER USER 'app'@'%' IDENTIFIED WITH mysql_native_password AS '[REDACTED]'"]);
        (await LogsInAsync("another")).ShouldBeTrue();
        (await LogsInAsync(Password)).ShouldBeFalse();
        (await Database.QueryAsync("SELECT group_concat(table_name) FROM information_schema.tables WHERE table_schema = database()", Token)).ShouldHaveSingleItem()!.ShouldContain("audit");

        // Somebody else's password is found and set right; a stranger with the right one adopts the user.
        await Database.ExecuteAsync("ALTER USER app IDENTIFIED BY 'theirs'", Token);
        (await scenario.ApplyAsync(second, Token)).Operations.ShouldHaveSingleItem().Action.ShouldBe("update");
        (await LogsInAsync("another")).ShouldBeTrue();
        scenario.ForgetState();
        (await scenario.ApplyAsync(second, Token)).Operations.ShouldHaveSingleItem().Action.ShouldBe("read");
        await scenario.ApplyAsync([], Token);
        (await Database.QueryAsync("SELECT User FROM mysql.user WHERE User = 'app'", Token)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{ "name": "mariadb.sys" }""", "'mariadb.sys' is the server's own")]
    [InlineData("""{ "host": "a@b" }""", "'app' cannot be a user: a host has at most 255 characters, none of them control characters or @")]
    [InlineData("""{ "password": "" }""", "An empty password lets everybody in")]
    [InlineData("""{ "default_role": "r" }""", "The user does not have the role r")]
    [InlineData("""{ "member_of": ["r", { "role": "r" }] }""", "The role r stands here twice")]
    [InlineData("""{ "require": "specified" }""", "specified goes together with require_subject, require_issuer or require_cipher")]
    public async Task Plan_Mistake_IsNamed(string config, string summary)
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);

        (await scenario.PlanAsync([Resource("mysql_user", "app", config)], Token)).Diagnostics.ShouldHaveSingleItem().Summary.ShouldBe(summary);
    }

    private static DesiredResource User(string password) => new() { Type = "mysql_user", Name = "app", Config = new JsonObject { ["password"] = password } };

    private async Task<bool> LogsInAsync(string password)
    {
        await using var connection = new MySqlConnection(new MySqlConnectionStringBuilder { Server = Database.Parts.Host, Port = (uint)Database.Parts.Port, UserID = "app", Password = password, Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(Token);
            return true;
        }
        catch (MySqlException refused) when (refused.Number == 1045)
        {
            return false;
        }
    }
}
