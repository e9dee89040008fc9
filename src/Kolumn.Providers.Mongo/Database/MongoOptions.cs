using System.Globalization;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Mongo.Resources;
using Kolumn.Sdk;
using Kolumn.Sdk.Resources;

namespace Kolumn.Providers.Mongo.Database;

/// <summary>The provider block, checked and completed. Disposing it zeroes the connection string and the password.</summary>
internal sealed record MongoOptions : IDisposable
{
    private const string DefaultUri = "mongodb://localhost:27017/";

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["connection_string"] = Attributes.Text(
                "mongodb://user:password@host:port/database?options or mongodb+srv://…, as every driver takes it: TLS, replica set and authentication are options of it. Default: mongodb://localhost:27017/.") with
            {
                Sensitive = true,
            },
            ["url"] = Attributes.Text("Another spelling of connection_string.") with { Sensitive = true },
            ["username"] = Attributes.Text("The user to log in as, where connection_string names none."),
            ["password"] = Attributes.Text("Its password.") with { Sensitive = true },
            ["database"] = Attributes.Text("Which database; required here or in connection_string."),
            ["connection_pool"] = Attributes.Number("At most so many connections in use. Default: 8.") with { Validators = [Range(1, 100)] },
            ["connect_timeout"] = Attributes.Number("Seconds that a server is looked for, unless connection_string says it. Default: 10.") with { Validators = [Range(1, 600)] },
        },
    };

    public required Secret Uri { get; init; }

    public required string Database { get; init; }

    public int ConnectionPool { get; init; } = 8;

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <exception cref="ProviderException">Something needed is missing or contradicts itself.</exception>
    public static MongoOptions FromConfig(JsonObject config)
    {
        var uri = Text(config, "connection_string") ?? Text(config, "url") ?? DefaultUri;
        if (Text(config, "username") is { } user)
        {
            uri = WithCredentials(uri, user, Text(config, "password"));
        }

        var database = Text(config, "database") ?? DatabaseIn(uri) ?? throw new ProviderException(Diagnostic.Error(
            DiagnosticCodes.MissingAttribute, "The provider block lacks 'database'", "Write database = \"...\" or name it in connection_string.") with
        {
            Attribute = AttributePath.Of("database"),
        });
        if (MongoNames.DatabaseFault(database) is { } fault)
        {
            throw new ProviderException(Diagnostic.Error(DiagnosticCodes.InvalidValue, $"'{ConfigReader.Shown(database)}' cannot be a database: {fault}") with { Attribute = AttributePath.Of("database") });
        }

        return new MongoOptions
        {
            Uri = new Secret(uri),
            Database = database,
            ConnectionPool = Number(config, "connection_pool") ?? 8,
            ConnectTimeout = TimeSpan.FromSeconds(Number(config, "connect_timeout") ?? 10),
        };
    }

    public void Dispose() => Uri.Dispose();

    private static string WithCredentials(string uri, string user, string? password)
    {
        var host = uri.IndexOf("://", StringComparison.Ordinal) + 3;
        if (host < 3 || uri[host..].Split('/')[0].Contains('@', StringComparison.Ordinal))
        {
            throw new ProviderException(Diagnostic.Error(
                DiagnosticCodes.InvalidValue, "username stands beside a connection_string that names a user, or that is none", "Write the user in one of the two places.") with
            {
                Attribute = AttributePath.Of("username"),
            });
        }

        var credentials = Uri(user) + (password is null ? "" : ":" + Uri(password));
        return $"{uri[..host]}{credentials}@{uri[host..]}";

        static string Uri(string text) => System.Uri.EscapeDataString(text);
    }

    private static string? DatabaseIn(string uri)
    {
        var hosts = uri.IndexOf("://", StringComparison.Ordinal) + 3;
        var path = hosts < 3 ? -1 : uri.IndexOf('/', hosts);
        var name = path < 0 ? "" : System.Uri.UnescapeDataString(uri[(path + 1)..].Split('?')[0]);
        return name.Length == 0 ? null : name;
    }

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
}
