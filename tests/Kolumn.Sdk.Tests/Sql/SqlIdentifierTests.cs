using Kolumn.Sdk.Sql;

namespace Kolumn.Sdk.Tests.Sql;

public sealed class SqlIdentifierTests
{
    [Theory]
    [InlineData("users", "\"users\"")]
    [InlineData("Order Details", "\"Order Details\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("\"; DROP TABLE x; --", "\"\"\"; DROP TABLE x; --\"")]
    [InlineData("größe", "\"größe\"")]
    public void Quote_AnyName_DoublesTheQuotesInside(string name, string expected) => SqlIdentifier.Quote(name).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public void Quote_NameThatNoQuotingCanExpress_Throws(string name) =>
        Should.Throw<ArgumentException>(() => SqlIdentifier.Quote(name));

    [Fact]
    public void Quote_WithSchema_QuotesBothParts()
    {
        SqlIdentifier.Quote("pub.lic", "users").ShouldBe("\"pub.lic\".\"users\"");
        SqlIdentifier.Quote(null, "users").ShouldBe("\"users\"");
        SqlIdentifier.QuoteAll(["a", "b"]).ShouldBe("\"a\", \"b\"");
    }

    [Fact]
    public void FaultOf_Postgres_CountsBytes()
    {
        SqlIdentifier.FaultOf(new string('a', 63), SqlDialect.Postgres).ShouldBeNull();
        SqlIdentifier.FaultOf(new string('ö', 32), SqlDialect.Postgres).ShouldBe("the name has 64 bytes, PostgreSQL keeps only 63");
        SqlIdentifier.FaultOf(new string('ö', 32), SqlDialect.Sqlite).ShouldBeNull();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    public void FaultOf_EmptyOrControlCharacters_SaysSo(string? name) =>
        SqlIdentifier.FaultOf(name, SqlDialect.Sqlite).ShouldNotBeNull();

    [Fact]
    public void Literal_Quotes_AreDoubled()
    {
        SqlLiteral.Quote("it's \\ fine").ShouldBe("'it''s \\ fine'");
        Should.Throw<ArgumentException>(() => SqlLiteral.Quote("a\0"));
    }
}
