using System.Globalization;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;
using Npgsql;

namespace Kolumn.Providers.Postgres;

/// <summary>The provider block, checked and completed. Disposing it zeroes the password.</summary>
internal sealed record PostgresOptions : IDisposable
{
    public const int DefaultPort = 5432;

    private static readonly string[] SslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["host"] = new() { Type = AttributeTypes.String, Description = "Name or address of the server, or the directory of its Unix socket. Default: localhost." },
            ["port"] = new() { Type = AttributeTypes.Int, Description = "Default: 5432.", Validators = [Range(1, 65535)] },
            ["database"] = new() { Type = AttributeTypes.String, Description = "Which database; required here or in url." },
            ["username"] = new() { Type = AttributeTypes.String, Description = "The role to log in as; required here or in url." },
            ["password"] = new() { Type = AttributeTypes.String, Sensitive = true, Description = "Its password." },
            ["url"] = new() { Type = AttributeTypes.String, Sensitive = true, Description = "postgres://user:password@host:port/database?sslmode=require instead of the five above." },
            ["ssl_mode"] = new() { Type = AttributeTypes.String, Description = "disable, allow, prefer (default), require, verify-ca or verify-full.", Validators = [SslModeEnum()] },
            ["sslmode"] = new() { Type = AttributeTypes.String, Description = "Another spelling of ssl_mode.", Validators = [SslModeEnum()] },
            ["ssl_root_cert"] = new() { Type = AttributeTypes.String, Description = "PEM file of the authority that verify-ca and verify-full trust." },
            ["connection_pool"] = new() { Type = AttributeTypes.Int, Description = "At most so many connections. Default: 4.", Validators = [Range(1, 1000)] },
            ["connect_timeout"] = new() { Type = AttributeTypes.Int, Description = "Seconds until an attempt to connect is given up. Default: 15.", Validators = [Range(1, 600)] },
            ["low_lock"] = new() { Type = AttributeTypes.Bool, Description = "Whether tables with rows are changed in steps that let others go on, some of them after the commit; false makes everything in one transaction. Default: true." },
            ["build_timeout"] = new() { Type = AttributeTypes.Int, Description = "Seconds that a statement may take which keeps nobody waiting: an index built concurrently, a constraint validated. Default: 14400.", Validators = [Range(1, 604800)] },
            ["query_timeout"] = new() { Type = AttributeTypes.Int, Description = "Seconds that one statement may take. Default: 300.", Validators = [Range(1, 86400)] },
        },
    };

    /// <summary>A name, an address or an absolute directory with a Unix socket in it.</summary>
    public required string Host { get; init; }

    public required int Port { get; init; }

    public required string Database { get; init; }

    public required string Username { get; init; }

    public Secret? Password { get; init; }

    public SslMode SslMode { get; init; } = SslMode.Prefer;

    /// <summary>A PEM file.</summary>
    public string? RootCertificate { get; init; }

    public int ConnectionPool { get; init; } = 4;

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>For one statement.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Tables with rows are changed in steps that keep nobody waiting.</summary>
    public bool LowLock { get; init; } = true;

    /// <summary>For one statement that keeps nobody waiting.</summary>
    public TimeSpan BuildTimeout { get; init; } = TimeSpan.FromHours(4);

    /// <summary>For messages.</summary>
    public string Endpoint => Host.StartsWith('/') ? $"{Host}/.s.PGSQL.{Port}" : $"{Host}:{Port}";

    /// <exception cref="ProviderException">Something needed is missing or contradicts itself.</exception>
    public static PostgresOptions FromConfig(JsonObject config)
    {
        // 1. A url is a short spelling of the single attributes; those written beside it win.
        var url = Text(config, "url") is { } text ? DatabaseUrl.Parse(text, "PostgreSQL", "postgres", "postgresql") : null;
        var sslMode = Text(config, "ssl_mode") ?? Text(config, "sslmode") ?? url?.SslMode;
        var password = Text(config, "password") ?? url?.Password;

        // 2. What cannot be guessed must be there.
        return new PostgresOptions
        {
            Host = Text(config, "host") ?? url?.Host ?? "localhost",
            Port = Number(config, "port") ?? url?.Port ?? DefaultPort,
            Database = Text(config, "database") ?? url?.Database ?? throw Missing("database"),
            Username = Text(config, "username") ?? url?.Username ?? throw Missing("username"),
            Password = password is null ? null : new Secret(password),
            SslMode = sslMode is null ? SslMode.Prefer : ToSslMode(sslMode),
            RootCertificate = Text(config, "ssl_root_cert"),
            ConnectionPool = Number(config, "connection_pool") ?? 4,
            ConnectTimeout = TimeSpan.FromSeconds(Number(config, "connect_timeout") ?? 15),
            QueryTimeout = TimeSpan.FromSeconds(Number(config, "query_timeout") ?? 300),
            LowLock = config["low_lock"] is not JsonValue lowLock || !lowLock.TryGetValue<bool>(out var wanted) || wanted,
            BuildTimeout = TimeSpan.FromSeconds(Number(config, "build_timeout") ?? 14400),
        };
    }

    /// <summary>Without the password, which the driver asks for when it needs it.</summary>
    public string ToConnectionString() => new NpgsqlConnectionStringBuilder
    {
        Host = Host,
        Port = Port,
        Database = Database,
        Username = Username,
        SslMode = SslMode,
        RootCertificate = RootCertificate,
        MaxPoolSize = ConnectionPool,
        Timeout = (int)ConnectTimeout.TotalSeconds,
        CommandTimeout = (int)QueryTimeout.TotalSeconds + 10,
        ApplicationName = "kolumn",
        GssEncryptionMode = GssEncryptionMode.Disable,
        IncludeFailedBatchedCommand = true,

        // The server's DETAIL may quote values of rows, which a user needs to find them.
        IncludeErrorDetail = true,
    }.ConnectionString;

    public void Dispose() => Password?.Dispose();

    public override string ToString() => $"{Username}@{Endpoint}/{Database}";

    private static SslMode ToSslMode(string text) => text switch
    {
        "disable" => SslMode.Disable,
        "allow" => SslMode.Allow,
        "prefer" => SslMode.Prefer,
        "require" => SslMode.Require,
        "verify-ca" => SslMode.VerifyCA,
        "verify-full" => SslMode.VerifyFull,
        _ => throw new ProviderException(Diagnostic.Error(
            DiagnosticCodes.InvalidValue, $"'{text}' is not an ssl_mode", $"It is one of {string.Join(", ", SslModes)}.") with
        {
            Attribute = AttributePath.Of("ssl_mode"),
        }),
    };

    private static ProviderException Missing(string attribute) => new(Diagnostic.Error(
        DiagnosticCodes.MissingAttribute, $"The provider block lacks '{attribute}'", $"Write {attribute} = \"...\" or name it in url.") with
    {
        Attribute = AttributePath.Of(attribute),
    });

    private static string? Text(JsonObject config, string name) =>
        config[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    private static int? Number(JsonObject config, string name) =>
        config[name] is { } value && int.TryParse(value.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static ValidatorSpec Range(int min, int max) => new()
    {
        Type = "range",
        Value = new JsonObject { ["min"] = min, ["max"] = max },
        Message = $"must be from {min} to {max}",
    };

    private static ValidatorSpec SslModeEnum() => new()
    {
        Type = "enum",
        Value = new JsonArray([.. SslModes.Select(mode => (JsonNode?)mode)]),
        Message = $"must be one of {string.Join(", ", SslModes)}",
    };
}
