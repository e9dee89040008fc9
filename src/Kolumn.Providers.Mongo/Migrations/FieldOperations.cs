using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Mongo.Database;

namespace Kolumn.Providers.Mongo.Migrations;

/// <summary>The operations of a migration by their names, and how their parameters are read.</summary>
internal static class FieldOperations
{
    public static readonly IReadOnlyList<string> Names =
        [MigrationOperations.Backfill, MigrationOperations.RenameField, MigrationOperations.ConvertType, MigrationOperations.DropField];

    private const int DefaultBatch = 1000;
    private const int MaxBatch = 10_000;

    /// <summary>Members that name the resource, which the engine has read.</summary>
    private static readonly string[] Common = ["field", "batch_size", "resource_type", "resource_name"];

    /// <param name="operation">One of <see cref="Names"/>.</param>
    /// <param name="parameters">As the user wrote them.</param>
    /// <param name="withBackup">Whether values are kept that only a rollback needs.</param>
    /// <returns>The operation, or why the parameters cannot be meant.</returns>
    public static (FieldOperation? Operation, string? Fault) Read(string operation, JsonObject parameters, bool withBackup)
    {
        string[] own = operation switch
        {
            MigrationOperations.Backfill => ["value"],
            MigrationOperations.RenameField => ["new_name"],
            MigrationOperations.ConvertType => ["from_type", "to_type"],
            _ => [],
        };
        if (parameters.Select(p => p.Key).FirstOrDefault(name => !Common.Contains(name) && !own.Contains(name)) is { } unknown)
        {
            return (null, $"it has no parameter \"{unknown}\"; there are {string.Join(", ", own.Prepend("field").Append("batch_size"))}");
        }

        if (parameters.Text("field") is not { } text)
        {
            return (null, "the parameter \"field\" is missing: it names the field, as in \"email\" or \"address.city\"");
        }

        if (FieldPath.FaultOf(text) is { } fault)
        {
            return (null, $"{fault}: \"{text}\"");
        }

        if (parameters["batch_size"] is { } size && !(int.TryParse(size.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MaxBatch))
        {
            return (null, $"\"batch_size\" is 1 to {MaxBatch}");
        }

        var field = new FieldPath(text);
        return operation switch
        {
            MigrationOperations.Backfill => parameters.ContainsKey("value") ? (new Backfill(field, parameters["value"]), null) : (null, "the parameter \"value\" is missing: it is what the field is set to"),
            MigrationOperations.RenameField => Rename(field, parameters.Text("new_name")),
            MigrationOperations.ConvertType => Convert(field, parameters),
            _ => (new DropField(field, withBackup), null),
        };
    }

    public static int BatchOf(JsonObject parameters) => parameters["batch_size"] is { } size ? int.Parse(size.ToString(), CultureInfo.InvariantCulture) : DefaultBatch;

    private static (FieldOperation?, string?) Rename(FieldPath field, string? name) =>
        name is null ? (null, "the parameter \"new_name\" is missing")
        : name.Contains('.', StringComparison.Ordinal) ? (null, $"\"new_name\" is a name and no path, since the field stays where it is: \"{name}\"")
        : FieldPath.FaultOf(name) is { } fault ? (null, $"{fault}: \"{name}\"")
        : field.Beside(name) == field ? (null, "\"new_name\" is the name that it has")
        : (new RenameField(field, name), null);

    private static (FieldOperation?, string?) Convert(FieldPath field, JsonObject parameters)
    {
        var (from, to) = (parameters.Text("from_type"), parameters.Text("to_type"));
        return to is null || !ConvertType.Targets.Contains(to) ? (null, $"\"to_type\" is one of {string.Join(", ", ConvertType.Targets)}")
            : from is not null && !ConvertType.Targets.Contains(from) ? (null, $"\"from_type\" is one of {string.Join(", ", ConvertType.Targets)}")
            : from == to ? (null, "\"from_type\" and \"to_type\" are the same")
            : parameters["from_type"] is { } other && other.GetValueKind() != JsonValueKind.String ? (null, "\"from_type\" is a text")
            : (new ConvertType(field, from, to), null);
    }
}
