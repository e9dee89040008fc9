using System.Globalization;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.MySql;

/// <summary>The provider block, checked and completed. Disposing it zeroes the password.</summary>
internal sealed record MySqlOptions : IDisposable
{
    public const int DefaultPort = 3306;

    private static readonly string[] SslModes = ["disable", "prefer", "require", "verify-ca", "verify-full"];

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["host"] = Text("Name or address of the server, or the path of its Unix socket. Default: localhost."),
            ["port"] = Range("Default: 3306.", 1, 65535),
            ["database"] = Text("The database of everything that names none in schema, and what discovery looks at. Left out, everything names one and discovery looks at all."),
            ["username"] = Text("Who to log in as; required here or in url."),
            ["password"] = Text("Its password.") with { Sensitive = true },
            ["url"] = Text("mysql://user:password@host:port/database?ssl_mode=require instead of the five above.") with { Sensitive = true },
            ["ssl_mode"] = OneOf("prefer (default) encrypts where the server can; verify-ca and verify-full look at its certificate too.", SslModes),
            ["sslmode"] = OneOf("Another spelling of ssl_mode.", SslModes),
            ["ssl_root_cert"] = Text("PEM file of the authority that verify-ca and verify-full trust."),
            ["connection_pool"] = Range("At most so many connections. Default: 4.", 1, 1000),
            ["connect_timeout"] = Range("Seconds until an attempt to connect is given up. Default: 15.", 1, 600),
            ["query_timeout"] = Range("Seconds that one statement may take. Default: 14400, since most changes let others go on.", 1, 604800),
        },
    };

    /// <summary>A name, an address or the absolute path of a Unix socket.</summary>
    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>null: none is the default.</summary>
    public string? Database { get; init; }

    public required string Username { get; init; }

    public Secret? Password { get; init; }

    /// <summary>One of <see cref="SslModes"/>.</summary>
    public string SslMode { get; init; } = "prefer";

    /// <summary>A PEM file.</summary>
    public string? RootCertificate { get; init; }

    public int ConnectionPool { get; init; } = 4;

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>For one statement.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromHours(4);

    /// <summary>For messages.</summary>
    public string Endpoint => Host.StartsWith('/') ? Host : $"{Host}:{Port}";

    /// <exception cref="ProviderException">Something needed is missing or contradicts itself.</exception>
    public static MySqlOptions FromConfig(JsonObject config)
    {
        // 1. A url is a short spelling of the single attributes; those written beside it win.
        var url = TextOf(config, "url") is { } text ? DatabaseUrl.Parse(text, "MySQL", "mysql", "mariadb") : null;
        var password = TextOf(config, "password") ?? url?.Password;
        var sslMode = TextOf(config, "ssl_mode") ?? TextOf(config, "sslmode") ?? url?.SslMode ?? "prefer";

        // 2. What cannot be guessed must be there.
        return new MySqlOptions
        {
            Host = TextOf(config, "host") ?? url?.Host ?? "localhost",
            Port = NumberOf(config, "port") ?? url?.Port ?? DefaultPort,
            Database = TextOf(config, "database") ?? url?.Database,
            Username = TextOf(config, "username") ?? url?.Username ?? throw new ProviderException(Diagnostic.Error(
                DiagnosticCodes.MissingAttribute, "The provider block lacks 'username'", "Write username = \"...\" or name it in url.") with
            {
                Attribute = AttributePath.Of("username"),
            }),
            Password = password is null ? null : new Secret(password),
            SslMode = SslModes.Contains(sslMode) ? sslMode : throw new ProviderException(Diagnostic.Error(
                DiagnosticCodes.InvalidValue, $"'{sslMode}' is not an ssl_mode", $"It is one of {string.Join(", ", SslModes)}.") with
            {
                Attribute = AttributePath.Of("ssl_mode"),
            }),
            RootCertificate = TextOf(config, "ssl_root_cert"),
            ConnectionPool = NumberOf(config, "connection_pool") ?? 4,
            ConnectTimeout = TimeSpan.FromSeconds(NumberOf(config, "connect_timeout") ?? 15),
            QueryTimeout = TimeSpan.FromSeconds(NumberOf(config, "query_timeout") ?? 14400),
        };
    }

    public void Dispose() => Password?.Dispose();

    public override string ToString() => $"{Username}@{Endpoint}/{Database}";

    private static string? TextOf(JsonObject config, string name) =>
        config[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    private static int? NumberOf(JsonObject config, string name) =>
        config[name] is { } value && int.TryParse(value.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static AttributeSchema Range(string description, int min, int max) => Number(description) with
    {
        Validators = [new ValidatorSpec { Type = "range", Value = new JsonObject { ["min"] = min, ["max"] = max }, Message = $"must be from {min} to {max}" }],
    };
}
