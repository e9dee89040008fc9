using Kolumn.Providers.MySql.Tests.Scenarios;
using Kolumn.Testing;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.MySql.Tests.Resources;

public sealed class RoutineTests(MariaDbDatabases databases) : MySqlTest(databases)
{
    private const string Query = """
        SELECT concat_ws(' ', routine_name, (SELECT group_concat(concat_ws(' ', parameter_mode, parameter_name, dtd_identifier) ORDER BY ordinal_position) FROM information_schema.parameters WHERE specific_schema = routine_schema AND specific_name = routine_name AND ordinal_position > 0),
            dtd_identifier, is_deterministic, sql_data_access, security_type, routine_comment, routine_definition)
        FROM information_schema.routines WHERE routine_schema = database()
        """;

    [Fact]
    public async Task Function_FromCreationToEnd_IsAlwaysAsDescribed() => await new Lifecycle(Database, "mysql_function", "twice").RunAsync(
        Token,
        new Stage("""{ "parameters": [{ "name": "a", "type": "INTEGER" }], "returns": "bigint", "deterministic": true, "data_access": "no_sql", "body": "RETURN a * 2;" }""", "create", Query, "twice IN a int(11) bigint(20) YES NO SQL DEFINER  RETURN a * 2"),
        new Stage("""{ "parameters": [{ "name": "a", "type": "int" }], "returns": "bigint", "deterministic": true, "comment": "it's \\ here", "security": "invoker", "body": "RETURN a * 2" }""", "update", Query, "twice IN a int(11) bigint(20) YES CONTAINS SQL INVOKER it's \\ here RETURN a * 2"),
        new Stage("""{ "parameters": [{ "name": "a", "type": "json" }, { "name": "b", "type": "enum('x', 'y')", "charset": "latin1" }], "returns": "varchar(20)", "collation": "utf8mb4_bin", "body": "BEGIN\n  DECLARE c int DEFAULT 0;\n  WHILE c < 3 DO SET c = c + 1; END WHILE;\n  RETURN CASE WHEN c > 1 THEN b ELSE 'it''s' END;\nEND" }""", "update",
            Query, "twice IN a longtext,IN b enum('x','y') varchar(20) NO CONTAINS SQL DEFINER  BEGIN\n  DECLARE c int DEFAULT 0;\n  WHILE c < 3 DO SET c = c + 1; END WHILE;\n  RETURN CASE WHEN c > 1 THEN b ELSE 'it''s' END;\nEND"),
        new Stage("""{ "parameters": [{ "name": "a", "type": "int" }], "returns": "int", "body": "BEGIN DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN 1; LOOP FETCH GROUP NEXT ROW; END LOOP; END" }""", "update",
            Query, "twice IN a int(11) int(11) NO CONTAINS SQL DEFINER  BEGIN DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN 1; LOOP FETCH GROUP NEXT ROW; END LOOP; END"));

    [Fact]
    public async Task Procedure_FromCreationToEnd_IsAlwaysAsDescribed() => await new Lifecycle(Database, "mysql_procedure", "count it").RunAsync(
        Token,
        new Stage("""{ "body": "SELECT 1" }""", "create", Query, "count it NO CONTAINS SQL DEFINER  SELECT 1"),
        new Stage("""{ "parameters": [{ "name": "z", "type": "int" }, { "name": "a", "type": "bool", "mode": "out" }, { "name": "m", "type": "decimal", "mode": "inout" }], "data_access": "modifies_sql_data", "body": "one: BEGIN\n  again: LOOP\n    LEAVE again;\n  END LOOP again;\nEND one" }""", "update",
            Query, "count it IN z int(11),OUT a tinyint(1),INOUT m decimal(10,0) NO MODIFIES SQL DATA DEFINER  one: BEGIN\n  again: LOOP\n    LEAVE again;\n  END LOOP again;\nEND one"),
        new Stage("""{ "parameters": [{ "name": "z", "type": "int" }, { "name": "a", "type": "bool", "mode": "out" }, { "name": "m", "type": "decimal", "mode": "inout" }], "data_access": "reads_sql_data", "comment": "c", "body": "one: BEGIN\n  again: LOOP\n    LEAVE again;\n  END LOOP again;\nEND one" }""", "update",
            Query, "count it IN z int(11),OUT a tinyint(1),INOUT m decimal(10,0) NO READS SQL DATA DEFINER c one: BEGIN\n  again: LOOP\n    LEAVE again;\n  END LOOP again;\nEND one"));

    [Fact]
    public async Task Apply_OnlyTheCommentChanges_IsAlteredInPlace()
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);
        await scenario.ApplyAsync([Resource("mysql_procedure", "p", """{ "body": "SELECT 1" }""")], Token);

        var plan = await scenario.ApplyAsync([Resource("mysql_procedure", "p", """{ "comment": "x", "body": "SELECT 1" }""")], Token);

        plan.Operations[0].Statements.ShouldBe(["ALTER PROCEDURE `p` CONTAINS SQL SQL SECURITY DEFINER COMMENT 'x'"]);
    }

    [Theory]
    [InlineData("SELECT 1; DROP TABLE victim", "the semicolon at position 9 ends it")]
    [InlineData("BEGIN SELECT 1; END; DROP TABLE victim", "the semicolon at position 20 ends it")]
    [InlineData("BEGIN IF 1 THEN SELECT 1; END IF; END; DROP TABLE victim", "the semicolon at position 38 ends it")]
    [InlineData("BEGIN SELECT 'x; END", "the quote at position 14 is never closed")]
    [InlineData("SELECT 1 /*! ; DROP TABLE victim */", "would be run by the server")]
    [InlineData("/* nothing */", "it is empty")]
    [InlineData("SELECT 1 -- x", "never ends")]
    public async Task Plan_BodyIsMoreOrLessThanOneStatement_IsRefused(string body, string reason)
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);
        var procedure = Resource("mysql_procedure", "p", "{}");
        procedure.Config["body"] = body;

        var plan = await scenario.PlanAsync([procedure], Token);

        plan.Success.ShouldBeFalse();
        plan.Diagnostics.ShouldHaveSingleItem().Summary.ShouldContain(reason);
    }
}
