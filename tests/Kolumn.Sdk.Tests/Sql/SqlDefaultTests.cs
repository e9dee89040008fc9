using System.Text.Json.Nodes;
using Kolumn.Sdk.Sql;

namespace Kolumn.Sdk.Tests.Sql;

public sealed class SqlDefaultTests
{
    [Theory]
    [InlineData("true", "TRUE")]
    [InlineData("false", "FALSE")]
    [InlineData("42", "42")]
    [InlineData("-1.50", "-1.50")]
    [InlineData("\"0\"", "0")]
    [InlineData("\"-1.5e3\"", "-1.5e3")]
    [InlineData("\"true\"", "true")]
    [InlineData("\"NOW()\"", "NOW()")]
    [InlineData("\"gen_random_uuid()\"", "gen_random_uuid()")]
    [InlineData("\"pg_catalog.now()\"", "pg_catalog.now()")]
    [InlineData("\"now() + interval '1 day'\"", "now() + interval '1 day'")]
    [InlineData("\"current_timestamp\"", "current_timestamp")]
    [InlineData("\"NULL\"", "NULL")]
    [InlineData("\"'USD'\"", "'USD'")]
    [InlineData("\"E'a\\\\'b'\"", "E'a\\'b'")]
    [InlineData("\"x'0aff'\"", "x'0aff'")]
    [InlineData("\"'{}'::jsonb\"", "'{}'::jsonb")]
    [InlineData("\"(1 + 2)\"", "(1 + 2)")]
    [InlineData("\"draft\"", "'draft'")]
    [InlineData("\"user\"", "'user'")]
    [InlineData("\"{}\"", "'{}'")]
    [InlineData("\"\"", "''")]
    [InlineData("\" \"", "' '")]
    [InlineData("\"it's\"", "'it''s'")]
    [InlineData("\"see (note)\"", "'see (note)'")]
    [InlineData("\"1.2.3\"", "'1.2.3'")]
    [InlineData("\"NaN\"", "'NaN'")]
    [InlineData("\"2024-01-01\"", "'2024-01-01'")]
    public void ToSql_ByTheText_IsLiteralOrExpression(string json, string expected) =>
        SqlDefault.ToSql(JsonNode.Parse(json), SqlDialect.Postgres).ShouldBe(expected);

    [Theory]
    [InlineData("\"now(); DROP TABLE users\"", "'now(); DROP TABLE users'")]
    [InlineData("\"now() -- rest\"", "'now() -- rest'")]
    [InlineData("\"now(\"", "'now('")]
    [InlineData("\"(1) ) , x int\"", "'(1) ) , x int'")]
    [InlineData("\"'a' ; 'b'\"", "'''a'' ; ''b'''")]
    public void ToSql_ExpressionThatWouldEscape_BecomesALiteral(string json, string expected) =>
        SqlDefault.ToSql(JsonNode.Parse(json), SqlDialect.Postgres).ShouldBe(expected);

    [Fact]
    public void ToSql_Absent_IsNull() => SqlDefault.ToSql(null, SqlDialect.Sqlite).ShouldBeNull();

    [Fact]
    public void ToSql_ListOrNul_Throws()
    {
        Should.Throw<ArgumentException>(() => SqlDefault.ToSql(new JsonArray(), SqlDialect.Sqlite));
        Should.Throw<ArgumentException>(() => SqlDefault.ToSql("a\0b", SqlDialect.Sqlite));
    }
}
