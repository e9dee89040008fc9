using Kolumn.Sdk.Sql;

namespace Kolumn.Sdk.Tests.Sql;

public sealed class SqlScriptTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(" ; ;; ", "")]
    [InlineData("SELECT 1", "SELECT 1")]
    [InlineData("SELECT ';' ; -- ; not here\nSELECT \"a;b\" /* ; */;", "SELECT ';'|SELECT \"a;b\"")]
    [InlineData("DO $x$ BEGIN a; END; $x$; SELECT 2", "DO $x$ BEGIN a; END; $x$|SELECT 2")]
    [InlineData("CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET c = CASE WHEN 1 THEN 2 END; DELETE FROM d; END; SELECT 3", "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET c = CASE WHEN 1 THEN 2 END; DELETE FROM d; END|SELECT 3")]
    [InlineData("CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END; SELECT 4", "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END|SELECT 4")]
    [InlineData("UPDATE a SET b = CASE c WHEN 1 THEN 2 END; SELECT 5", "UPDATE a SET b = CASE c WHEN 1 THEN 2 END|SELECT 5")]
    public void Split_Script_FindsEveryStatement(string script, string statements) =>
        string.Join('|', SqlScript.Split(script, SqlDialect.Postgres)).ShouldBe(statements);
}
