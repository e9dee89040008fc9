using Kolumn.Providers.MySql.Tests.Scenarios;
using Kolumn.Testing;

namespace Kolumn.Providers.MySql.Tests.Resources;

public sealed class TableTests(MariaDbDatabases databases) : MySqlTest(databases)
{
    private const string Columns = "SELECT group_concat(concat_ws(' ', column_name, column_type, is_nullable, coalesce(column_default, '-'), extra) ORDER BY ordinal_position SEPARATOR '; ') FROM information_schema.columns WHERE table_schema = database() AND table_name = 'users'";

    [Fact]
    public async Task Table_FromCreationToEnd_IsAlwaysAsDescribed() =>
        await new Lifecycle(Database, "mysql_table", "users").RunAsync(
            Token,
            new Stage(
                """{ "columns": [{ "name": "id", "type": "BIGINT UNSIGNED", "auto_increment": true, "primary_key": true }, { "name": "email", "type": "varchar(200)", "not_null": true, "unique": true }] }""",
                "create", Columns, "id bigint(20) unsigned NO - auto_increment; email varchar(200) NO - "),
            new Stage(
                """
                { "comment": "it's \\ \"here\"", "columns": [
                    { "name": "id", "type": "bigint unsigned", "auto_increment": true, "primary_key": true },
                    { "name": "email", "type": "varchar(255)", "not_null": true, "unique": true, "comment": "where to" },
                    { "name": "active", "type": "bool", "default": true },
                    { "name": "note", "type": "text", "default": "it's \\ a \"note\"" },
                    { "name": "made", "type": "datetime(6)", "default": "NOW(6)", "on_update": "current_timestamp(6)" }] }
                """,
                "update", Columns,
                """id bigint(20) unsigned NO - auto_increment; email varchar(255) NO - ; active tinyint(1) YES 1 ; note text YES 'it\'s \\ a "note"' ; made datetime(6) YES current_timestamp(6) on update current_timestamp(6)"""),
            new Stage(
                """
                { "columns": [
                    { "name": "id", "type": "bigint unsigned", "auto_increment": true, "primary_key": true },
                    { "name": "price", "type": "decimal(10,2)", "default": 1 }, { "name": "twice", "type": "decimal(12,2)", "generated": "price * 2", "stored": true }, { "name": "thrice", "type": "int", "generated": "id * 3" },
                    { "name": "data", "type": "json" }, { "name": "kind", "type": "enum('a','b''c')", "default": "a", "collation": "utf8mb4_bin" }, { "name": "hidden", "type": "int", "invisible": true }],
                  "unique_constraints": [{ "name": "one", "columns": ["kind", "price"] }], "checks": [{ "name": "fair", "expression": "price >= 0 and kind <> 'x'" }] }
                """,
                "update", "SELECT group_concat(concat(constraint_name, ' ', check_clause) ORDER BY 1) FROM information_schema.check_constraints WHERE constraint_schema = database() AND table_name = 'users'",
                "data json_valid(`data`),fair `price` >= 0 and `kind` <> 'x'"));

    [Fact]
    public async Task Column_NationalType_IsOfItsOwnCharacterSet()
    {
        const string Charsets = "SELECT group_concat(concat_ws(' ', column_type, character_set_name) ORDER BY column_name SEPARATOR '; ') FROM information_schema.columns WHERE table_schema = database()";
        await new Lifecycle(Database, "mysql_table", "names").RunAsync(
            Token,
            new Stage("""{ "columns": [{ "name": "a", "type": "nvarchar(20)" }, { "name": "b", "type": "NCHAR(3)" }, { "name": "c", "type": "varchar(20)" }] }""", "create", Charsets, "varchar(20) utf8mb3; char(3) utf8mb3; varchar(20) utf8mb4"),
            new Stage("""{ "columns": [{ "name": "a", "type": "varchar(20)" }, { "name": "b", "type": "national varchar(3)" }, { "name": "c", "type": "nvarchar(20)", "collation": "utf8mb3_bin" }] }""", "update", Charsets, "varchar(20) utf8mb4; varchar(3) utf8mb3; varchar(20) utf8mb3"));
    }

    [Fact]
    public async Task Plan_NationalTypeOfAnotherCharacterSet_IsRefused()
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);

        var plan = await scenario.PlanAsync([ProviderScenario.Resource("mysql_table", "t", """{ "columns": [{ "name": "a", "type": "nchar(3)", "charset": "latin1" }] }""")], Token);

        plan.Diagnostics.ShouldHaveSingleItem().Summary.ShouldBe("nchar(3) is of the character set utf8mb3");
    }

    [Fact]
    public async Task Discover_SystemVersionedTables_AreNamedAndLeftOut()
    {
        await Database.ExecuteAsync("CREATE TABLE kept (id int) WITH SYSTEM VERSIONING; CREATE TABLE `kept too` (id int) WITH SYSTEM VERSIONING; CREATE TABLE plain (id int)", Token);
        await using var scenario = await Scenario.StartAsync(Database, Token);

        var found = await scenario.DiscoverAsync(Token);

        found.State.Where(resource => resource.Type == "mysql_table").Select(resource => resource.Name).ShouldBe(["plain"]);
        found.Diagnostics.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            d => d.Code.ShouldBe("UNSUPPORTED_OBJECT"), d => d.Summary.ShouldBe("Left out, because it cannot be expressed: system-versioned tables (kept, kept too)"));
    }

    [Fact]
    public async Task Table_ReferencesAnother_IsMadeAfterItAndKeepsItsIndex() =>
        await new Lifecycle(Database, "mysql_table", "orders")
        {
            Others = [ProviderScenario.Resource("mysql_table", "users", """{ "columns": [{ "name": "id", "type": "int", "primary_key": true }, { "name": "code", "type": "char(3)", "unique": true }] }""")],
        }.RunAsync(
            Token,
            new Stage(
                """{ "columns": [{ "name": "id", "type": "int", "primary_key": true }, { "name": "buyer", "type": "int", "references": "mysql_table.users", "on_delete": "cascade" }] }""",
                "create", "SELECT concat_ws(' ', constraint_name, delete_rule) FROM information_schema.referential_constraints WHERE constraint_schema = database()", "orders_ibfk_1 CASCADE"),
            new Stage(
                """{ "columns": [{ "name": "id", "type": "int", "primary_key": true }, { "name": "buyer", "type": "int", "references": "users.id", "on_delete": "set null" }] }""",
                "update", "SELECT concat_ws(' ', constraint_name, delete_rule) FROM information_schema.referential_constraints WHERE constraint_schema = database()", "orders_ibfk_1 SET NULL"),
            new Stage(
                """{ "columns": [{ "name": "id", "type": "int", "primary_key": true }, { "name": "buyer", "type": "int" }] }""",
                "update", "SELECT count(*) FROM information_schema.statistics WHERE table_schema = database() AND table_name = 'orders'", "1"));
}
