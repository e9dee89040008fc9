using Kolumn.Providers.MySql.Tests.Scenarios;
using Kolumn.Testing;

namespace Kolumn.Providers.MySql.Tests.Resources;

public sealed class IndexTests(MariaDbDatabases databases) : MySqlTest(databases)
{
    private const string Query = """
        SELECT group_concat(concat_ws(' ', index_name, non_unique, index_type, column_name, sub_part, collation, ignored) ORDER BY index_name, seq_in_index SEPARATOR '; ')
        FROM information_schema.statistics WHERE table_schema = database() AND index_name <> 'PRIMARY'
        """;

    [Fact]
    public async Task Index_FromCreationToEnd_IsAlwaysAsDescribed() => await new Lifecycle(Database, "mysql_index", "by_name")
    {
        Others = [Users],
    }.RunAsync(
        Token,
        new Stage("""{ "table": "mysql_table.users", "columns": ["name"] }""", "create", Query, "by_name 1 BTREE name A NO"),
        new Stage("""{ "table": "users", "columns": [{ "name": "name", "length": 10, "order": "desc" }, "id"], "invisible": true, "comment": "it's" }""", "update", Query, "by_name 1 BTREE name 10 D YES; by_name 1 BTREE id A YES"),
        new Stage("""{ "table": "users", "columns": [{ "name": "name", "length": 10, "order": "desc" }, "id"], "comment": "it's" }""", "update", Query, "by_name 1 BTREE name 10 D NO; by_name 1 BTREE id A NO"),
        new Stage("""{ "table": "users", "columns": ["name"], "method": "fulltext" }""", "update", Query, "by_name 1 FULLTEXT name NO"),
        new Stage("""{ "table": "users", "columns": ["place"], "method": "spatial" }""", "update", Query, "by_name 1 SPATIAL place 32 A NO"));

    [Fact]
    public async Task UniqueIndex_BesideItsTable_IsNoneOfTheTablesBusiness()
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);
        var index = ProviderScenario.Resource("mysql_index", "one_name", """{ "table": "users", "columns": ["name"], "unique": true }""");
        await scenario.ApplyAsync([Users, index], Token);

        await scenario.ShouldBeInSyncAsync([Users, index], Token);
        var found = (await scenario.DiscoverAsync(Token)).State.ToDictionary(one => one.Type, one => one.Config.ToJsonString());
        found.Keys.ShouldBe(["mysql_schema", "mysql_table"], ignoreOrder: true);
        found["mysql_table"].ShouldContain("\"unique_constraints\":[{\"name\":\"one_name\",\"columns\":[\"name\"]}]");
        (await scenario.ApplyAsync([Users], Token)).Operations.Select(operation => operation.Action).ShouldBe(["noop", "delete"]);
        (await Database.QueryAsync(Query, Token)).ShouldBe([null]);
    }

    private static Protocol.Runtime.DesiredResource Users { get; } = ProviderScenario.Resource(
        "mysql_table", "users", """{ "columns": [{ "name": "id", "type": "int", "primary_key": true }, { "name": "name", "type": "varchar(50)" }, { "name": "place", "type": "point", "not_null": true }] }""");
}
