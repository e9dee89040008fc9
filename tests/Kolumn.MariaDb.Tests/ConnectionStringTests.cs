using MySqlConnector;

namespace Kolumn.MariaDb.Tests;

/// <summary>Connection strings: every spelling, every mistake, and no password shown.</summary>
public sealed class ConnectionStringTests
{
    [Theory]
    [InlineData("Server=h;Port=3307;User ID=u;Password='p;w';Database=d")]
    [InlineData("host=h;PORT=3307;Uid=u;pwd=\"p;w\";Initial Catalog=d")]
    [InlineData("Data Source=h;port=3307;username=u;Password='p;w';database=d")]
    public void String_InEverySpelling_MeansTheSame(string text)
    {
        var builder = new MySqlConnectionStringBuilder(text);

        (builder.Server, builder.Port, builder.UserID, builder.Password, builder.Database).ShouldBe(("h", 3307u, "u", "p;w", "d"));
        builder["uid"].ShouldBe("u");
        builder.ContainsKey("PWD").ShouldBeTrue();
    }

    [Fact]
    public void String_Empty_HasTheDefaults()
    {
        var builder = new MySqlConnectionStringBuilder("");

        (builder.Port, builder.SslMode, builder.ConnectionTimeout, builder.DefaultCommandTimeout).ShouldBe((3306u, MySqlSslMode.Preferred, 15u, 30u));
        (builder.Pooling, builder.MaximumPoolSize, builder.TreatTinyAsBoolean, builder.AllowUserVariables).ShouldBe((true, 100u, true, false));
        (builder.ConnectionProtocol, builder.GuidFormat).ShouldBe((MySqlConnectionProtocol.Sockets, MySqlGuidFormat.Default));
    }

    [Theory]
    [InlineData("Sever=h", "Option 'sever' not supported.")]
    [InlineData("Use Compression=true", "Option 'use compression' not supported.")]
    [InlineData("Port=abc", "The value of option 'Port' is not understood.")]
    [InlineData("Port=-1", "The value of option 'Port' is not understood.")]
    [InlineData("SslMode=Sometimes", "The value of option 'SSL Mode' is not understood.")]
    [InlineData("SslMode=77", "The value of option 'SSL Mode' is not understood.")]
    [InlineData("Pooling=perhaps", "The value of option 'Pooling' is not understood.")]
    [InlineData("Protocol=pipe", "The value of option 'Connection Protocol' is not understood.")]
    [InlineData("Maximum Pool Size=x", "The value of option 'Maximum Pool Size' is not understood.")]
    public void String_NotUnderstood_NamesTheOptionOnly(string text, string message)
    {
        Should.Throw<ArgumentException>(() => new MySqlConnection($"Password=TopSecret42;{text}")).Message.ShouldBe(message);
        Should.Throw<ArgumentException>(() => new MySqlDataSource($"Password=TopSecret42;{text}")).Message.ShouldBe(message);
    }

    [Fact]
    public void Builder_Properties_AreWhatTheStringSays()
    {
        var builder = new MySqlConnectionStringBuilder
        {
            Server = "/run/mysqld/mysqld.sock",
            ConnectionProtocol = MySqlConnectionProtocol.UnixSocket,
            SslMode = MySqlSslMode.VerifyFull,
            SslCa = "/etc/ca.pem",
            Pooling = false,
            ConnectionTimeout = 3,
        };

        builder.ConnectionString.ShouldBe(
            "Server=/run/mysqld/mysqld.sock;Connection Protocol=UnixSocket;SSL Mode=VerifyFull;SSL CA=/etc/ca.pem;Pooling=False;Connection Timeout=3");
        var read = new MySqlConnectionStringBuilder(builder.ConnectionString);
        (read.ConnectionProtocol, read.SslMode, read.Pooling, read.ConnectionTimeout).ShouldBe((MySqlConnectionProtocol.UnixSocket, MySqlSslMode.VerifyFull, false, 3u));
    }

    [Fact]
    public void Source_ShowsItsString_WithoutThePassword() =>
        new MySqlDataSource("Server=h;Password=TopSecret42;User ID=u").ConnectionString.ShouldBe("Server=h;User ID=u");
}
