using Kolumn.Protocol;
using Kolumn.Sdk;
using Npgsql;

namespace Kolumn.Providers.Postgres.Tests;

public sealed class PostgresOptionsTests
{
    [Theory]
    [InlineData("postgres://me:s%40cret@db.example:6543/shop?sslmode=require", "db.example", 6543, "shop", "me", "s@cret", SslMode.Require)]
    [InlineData("postgresql://me@db/shop", "db", 5432, "shop", "me", null, SslMode.Prefer)]
    [InlineData("postgres://me:a@b@db/shop", "db", 5432, "shop", "me", "a@b", SslMode.Prefer)]
    [InlineData("postgres://me:x@[::1]:1/shop", "::1", 1, "shop", "me", "x", SslMode.Prefer)]
    [InlineData("postgres://me@%2Fvar%2Frun/shop?sslmode=disable", "/var/run", 5432, "shop", "me", null, SslMode.Disable)]
    [InlineData("postgres:///shop?host=/tmp/sockets&user=me&password=pw&port=7", "/tmp/sockets", 7, "shop", "me", "pw", SslMode.Prefer)]
    public void FromConfig_Url_IsTakenApart(string url, string host, int port, string database, string username, string? password, SslMode sslMode)
    {
        using var options = PostgresOptions.FromConfig(new() { ["url"] = url });

        (options.Host, options.Port, options.Database, options.Username, options.Password?.Reveal(), options.SslMode)
            .ShouldBe((host, port, database, username, password, sslMode));
    }

    [Fact]
    public void FromConfig_SingleAttributes_WinOverTheUrl()
    {
        using var options = PostgresOptions.FromConfig(Configs.Json(
            """{"url":"postgres://me:pw@db/shop","database":"other","port":9,"sslmode":"verify-full","connection_pool":2,"query_timeout":7,"connect_timeout":3}"""));

        (options.Database, options.Port, options.SslMode, options.ConnectionPool).ShouldBe(("other", 9, SslMode.VerifyFull, 2));
        (options.QueryTimeout, options.ConnectTimeout).ShouldBe((TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public void ToString_AndTheConnectionString_HoldNoPassword()
    {
        using var options = PostgresOptions.FromConfig(new() { ["url"] = "postgres://me:very-secret@db/shop" });

        $"{options} {options.ToConnectionString()} {options.Password} {options.Endpoint}".ShouldNotContain("very-secret");
    }

    [Theory]
    [InlineData("mysql://me:very-secret@db/shop", "url")]
    [InlineData("postgres://me:very-secret@db:port/shop", "url")]
    [InlineData("postgres://db", "database")]
    [InlineData("postgres://db/shop", "username")]
    [InlineData("postgres://me@db/shop?sslmode=maybe", "ssl_mode")]
    public void FromConfig_Mistake_NamesTheAttributeAndNoPassword(string url, string attribute)
    {
        var refused = Should.Throw<ProviderException>(() => PostgresOptions.FromConfig(new() { ["url"] = url })).Diagnostic;

        refused.Attribute.ShouldBe(AttributePath.Of(attribute));
        refused.ToString().ShouldNotContain("very-secret");
    }
}
