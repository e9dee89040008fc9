using System.Globalization;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Sqlite.Resources;
using Kolumn.Sdk;

namespace Kolumn.Providers.Sqlite.Database;

/// <summary>What the provider block says.</summary>
internal sealed record SqliteOptions
{
    public const int MaxBusyTimeoutSeconds = 300;

    /// <summary>The file as the user named it.</summary>
    public required string Database { get; init; }

    public bool ReadOnly { get; init; }

    /// <summary>How long to wait for somebody else's lock.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether references are checked before a commit that dropped or rebuilt a table.</summary>
    public bool ForeignKeys { get; init; } = true;

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["database"] = Attributes.Text("The path of the database file. The first apply creates it.", required: true),
            ["read_only"] = Attributes.Flag("Refuse every change."),
            ["busy_timeout_seconds"] = new()
            {
                Type = AttributeTypes.Int,
                Description = $"How long to wait for a lock that somebody else holds, 0 to {MaxBusyTimeoutSeconds}; 5 when left out.",
                Validators = [new ValidatorSpec { Type = "range", Value = new JsonObject { ["min"] = 0, ["max"] = MaxBusyTimeoutSeconds }, Message = $"0 to {MaxBusyTimeoutSeconds} seconds" }],
            },
            ["foreign_keys"] = Attributes.Flag("Check references before committing a change that drops or rebuilds a table; true when left out."),
        },
    };

    /// <exception cref="ProviderException">The database is not a file.</exception>
    public static SqliteOptions Read(JsonObject config)
    {
        var database = config.Text("database") ?? "";
        if (database.Trim().Length == 0 || database.Contains('\0', StringComparison.Ordinal))
        {
            throw Refuse("a path is expected", "Write the path of the database file, for example \"shop.db\".");
        }

        if (database.Equals(":memory:", StringComparison.OrdinalIgnoreCase) || database.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            throw Refuse($"\"{database}\" is not a file", "A database in memory ends with the provider's process, so there is nothing to manage: write the path of a file.");
        }

        return new SqliteOptions
        {
            Database = database,
            ReadOnly = config.IsSet("read_only"),
            BusyTimeout = config["busy_timeout_seconds"] is { } seconds ? TimeSpan.FromSeconds(double.Parse(seconds.ToJsonString(), CultureInfo.InvariantCulture)) : TimeSpan.FromSeconds(5),
            ForeignKeys = config.Flag("foreign_keys") ?? true,
        };
    }

    private static ProviderException Refuse(string summary, string detail) =>
        new(Diagnostic.Error(DiagnosticCodes.InvalidValue, summary, detail) with { Attribute = AttributePath.Of("database") });
}
