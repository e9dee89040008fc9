using Kolumn.Providers.Sqlite.Ddl;

namespace Kolumn.Providers.Sqlite.Tests.Ddl;

public sealed class CanonicalSqlTests
{
    [Theory]
    [InlineData("a>0", "a > 0")]
    [InlineData("( (a > 0) )", "a > 0")]
    [InlineData("(a) or (b)", "(a) OR (b)")]
    [InlineData("-1", "-1")]
    [InlineData("a - -1", "a - -1")]
    [InlineData("a- 1", "a - 1")]
    [InlineData("(a)-1", "(a) - 1")]
    [InlineData("x in (1,2 , 'it''s')", "x IN (1, 2, 'it''s')")]
    [InlineData("length( a )", "length(a)")]
    [InlineData("[a b]||`c`.\"d\"", "\"a b\" || \"c\".\"d\"")]
    [InlineData("a == b and c != x'AB'", "a = b AND c <> x'AB'")]
    [InlineData("case when a then 1 else 2 end", "CASE WHEN a THEN 1 ELSE 2 end")]
    [InlineData("a /* why */ -- because\n + 1.5e-3", "a + 1.5e-3")]
    [InlineData("doc ->> '$.a'", "doc ->> '$.a'")]
    public void Expression_AnySpelling_HasOneForm(string sql, string expected)
    {
        CanonicalSql.Expression(sql).ShouldBe(expected);
        CanonicalSql.Expression(expected).ShouldBe(expected);
    }

    [Theory]
    [InlineData("SELECT a,b FROM t WHERE x=(SELECT 1 FROM u) GROUP  BY a order by b", "SELECT a, b\nFROM t\nWHERE x = (SELECT 1 FROM u)\nGROUP BY a\nORDER by b")]
    [InlineData("delete from t where 1; insert into u values (1,2)", "DELETE FROM t\nWHERE 1;\nINSERT INTO u\nVALUES (1, 2)")]
    [InlineData("INSERT INTO t VALUES (1) ON CONFLICT DO UPDATE SET a=1", "INSERT INTO t\nVALUES (1) ON CONFLICT DO UPDATE SET a = 1")]
    public void Statements_Clauses_StandOnLinesOfTheirOwn(string sql, string expected)
    {
        CanonicalSql.Statements(Tokenizer.Scan(sql)).ShouldBe(expected);
        CanonicalSql.Statements(Tokenizer.Scan(expected)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("\"Price\" > 0", "PRICE > 0", true)]
    [InlineData("a like 'X'", "a LIKE 'X'", true)]
    [InlineData("a = 'X'", "a = 'x'", false)]
    [InlineData("a = \"b\"", "a = 'b'", false)]
    public void Fold_SpellingsOfTheSame_AreEqual(string left, string right, bool equal) =>
        (CanonicalSql.Fold(CanonicalSql.Expression(left)) == CanonicalSql.Fold(CanonicalSql.Expression(right))).ShouldBe(equal);
}
