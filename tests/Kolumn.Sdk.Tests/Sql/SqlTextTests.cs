using Kolumn.Sdk.Sql;

namespace Kolumn.Sdk.Tests.Sql;

public sealed class SqlTextTests
{
    [Theory]
    [InlineData("integer")]
    [InlineData("double precision")]
    [InlineData("VARCHAR(20)")]
    [InlineData("numeric(10, -2)")]
    [InlineData("timestamp(3) with time zone")]
    [InlineData("interval day to second")]
    [InlineData("text[]")]
    [InlineData("int[3][]")]
    [InlineData("public.mood")]
    [InlineData("\"My Type\"")]
    [InlineData("pg_catalog.\"char\"")]
    [InlineData("enum('a', 'it''s')")]
    [InlineData("INTEGER UNSIGNED")]
    [InlineData("geometry(Point, 4326)")]
    public void TypeFault_RealTypes_None(string type)
    {
        SqlTypeName.FaultOf(type, SqlDialect.Postgres).ShouldBeNull();
        SqlTypeName.FaultOf(type, SqlDialect.Sqlite).ShouldBeNull();
    }

    [Theory]
    [InlineData("int); DROP TABLE users; --")]
    [InlineData("int, evil text")]
    [InlineData("int NOT NULL")]
    [InlineData("int default 1")]
    [InlineData("int references users")]
    [InlineData("int primary key")]
    [InlineData("int check (1=1)")]
    [InlineData("int /* c */")]
    [InlineData("int -- c")]
    [InlineData("varchar(")]
    [InlineData("varchar()")]
    [InlineData("varchar(1")]
    [InlineData("numeric(+)")]
    [InlineData("int[")]
    [InlineData("a..b")]
    [InlineData("'text'")]
    [InlineData("\"open")]
    [InlineData("12")]
    [InlineData("")]
    [InlineData("int\0")]
    public void TypeFault_AnythingElse_IsNamed(string type)
    {
        SqlTypeName.FaultOf(type, SqlDialect.Postgres).ShouldNotBeNull();
        SqlTypeName.FaultOf(type, SqlDialect.Sqlite).ShouldNotBeNull();
    }

    [Fact]
    public void TypeFault_Message_NamesTokenAndPlace() =>
        SqlTypeName.FaultOf("int, evil text", SqlDialect.Postgres).ShouldBe("',' at position 4 stands where the type's end is expected");

    [Theory]
    [InlineData("price > 0 AND (name <> ')' OR true)")]
    [InlineData("name ~ E'\\')('")]
    [InlineData("name = $$ ; -- ( $$")]
    [InlineData("name = $a$ $$ ; $a$")]
    [InlineData("tags @> ARRAY['x']")]
    [InlineData("\"odd;name\" = 1")]
    public void ExpressionFault_Sound_None(string text) =>
        SqlFragment.FaultOf(text, SqlFragmentKind.Expression, SqlDialect.Postgres).ShouldBeNull();

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("a\0", "it holds the NUL character")]
    [InlineData("price > 0); DROP TABLE x; --", "')' at position 10 closes nothing")]
    [InlineData("(price > 0", "'(' at position 1 is never closed")]
    [InlineData("(a]", "']' at position 3 closes nothing")]
    [InlineData("price > 0; SELECT 1", "the semicolon at position 10 would end the statement: leave it out")]
    [InlineData("price > 0 -- x", "the comment at position 11 has no place in an expression")]
    [InlineData("price > 0 /* x */", "the comment at position 11 has no place in an expression")]
    [InlineData("name = 'x", "the quote at position 8 is never closed")]
    [InlineData("name = $a$ x $b$", "the quote at position 8 is never closed")]
    [InlineData("\"x = 1", "the quote at position 1 is never closed")]
    public void ExpressionFault_Unsound_SaysWhereAndWhy(string text, string expected) =>
        SqlFragment.FaultOf(text, SqlFragmentKind.Expression, SqlDialect.Postgres).ShouldBe(expected);

    [Theory]
    [InlineData("SELECT 1 -- one\nFROM t", SqlFragmentKind.Query, null)]
    [InlineData("SELECT 1 -- one", SqlFragmentKind.Query, "the comment at position 10 never ends: it would swallow what follows")]
    [InlineData("SELECT /* /* */ 1", SqlFragmentKind.Query, "the comment at position 8 never ends: it would swallow what follows")]
    [InlineData("SELECT 1;", SqlFragmentKind.Query, "the semicolon at position 9 would end the statement: leave it out")]
    [InlineData("SELECT 1; SELECT 2;", SqlFragmentKind.Statements, null)]
    public void QueryAndStatementsFault_CommentsAndSemicolons_AsTheKindAllows(string text, SqlFragmentKind kind, string? expected) =>
        SqlFragment.FaultOf(text, kind, SqlDialect.Postgres).ShouldBe(expected);

    [Fact]
    public void ExpressionFault_DialectsDiffer_OnBracketsAndDollars()
    {
        SqlFragment.FaultOf("[odd ( name] > `x)`", SqlFragmentKind.Expression, SqlDialect.Sqlite).ShouldBeNull();
        SqlFragment.FaultOf("SELECT /* /* */ 1", SqlFragmentKind.Query, SqlDialect.Sqlite).ShouldBeNull();
        SqlFragment.FaultOf("name = E'\\'", SqlFragmentKind.Expression, SqlDialect.Sqlite).ShouldBeNull();
    }

    [Fact]
    public void Faults_RandomText_NeverThrow()
    {
        const string Alphabet = "ab01 .,;'\"`[]()$-/*\\\n:eEx\0ö";
        var random = new Random(4711);
        for (var round = 0; round < 20_000; round++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(24)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            foreach (var dialect in new[] { SqlDialect.Postgres, SqlDialect.Sqlite })
            {
                SqlTypeName.FaultOf(text, dialect);
                SqlFragment.FaultOf(text, SqlFragmentKind.Query, dialect);
                if (!text.Contains('\0', StringComparison.Ordinal))
                {
                    SqlDefault.ToSql(text, dialect).ShouldNotBeNull();
                }
            }
        }
    }
}
