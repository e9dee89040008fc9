using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Engine;

namespace Kolumn.Sdk.Migrations;

/// <summary>One operation on a column, as a change of the configuration of the table that exists.</summary>
internal static class ColumnOperation
{
    private const string Columns = "columns";

    // What parameters say of the operation and not of the column.
    private static readonly string[] NotOfTheColumn = ["column", "new_name", "from_type", "to_type", "resource_type", "resource_name"];

    /// <param name="config">Of the table as it exists; changed in place.</param>
    /// <exception cref="ProviderException">The parameters do not fit the table.</exception>
    public static void Apply<TSession>(JsonObject config, string operation, JsonObject parameters, ResourceType<TSession> type)
        where TSession : IProviderSession
    {
        if (config[Columns] is not JsonArray columns)
        {
            throw Fault($"{type.Name} has no columns", $"\"{operation}\" is for tables.");
        }

        var name = Text(parameters, "column") ?? throw Fault($"\"{operation}\" lacks the parameter \"column\"", "It names the column.");
        var found = columns.OfType<JsonObject>().FirstOrDefault(c => Text(c, "name") == name);
        if (operation == MigrationOperations.AddColumn)
        {
            if (found is not null)
            {
                throw Fault($"column {name} exists already", "Choose another name, or alter_column.");
            }

            columns.Add((JsonNode)Merge(new JsonObject { ["name"] = name }, parameters));
            return;
        }

        if (found is null)
        {
            throw Fault($"there is no column {name}", $"There are: {string.Join(", ", columns.OfType<JsonObject>().Select(c => Text(c, "name")))}.");
        }

        switch (operation)
        {
            case MigrationOperations.DropColumn:
                columns.Remove(found);
                break;
            case MigrationOperations.ChangeType:
                found["type"] = Text(parameters, "to_type") ?? throw Fault($"\"{operation}\" lacks the parameter \"to_type\"", "It is the column's new type.");
                break;
            default:
                Merge(found, parameters);
                break;
        }
    }

    /// <summary>The configuration in which the column has the type that it is said to have; null when nothing is said.</summary>
    public static JsonObject? WithFromType(JsonObject config, JsonObject parameters)
    {
        if (Text(parameters, "from_type") is not { Length: > 0 } fromType)
        {
            return null;
        }

        var expected = (JsonObject)config.DeepClone();
        if (expected[Columns] is JsonArray columns && columns.OfType<JsonObject>().FirstOrDefault(c => Text(c, "name") == Text(parameters, "column")) is { } column)
        {
            column["type"] = fromType;
        }

        return expected;
    }

    public static string? Text(JsonObject holder, string member) => holder[member] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static JsonObject Merge(JsonObject column, JsonObject parameters)
    {
        foreach (var (member, value) in parameters.Where(p => !NotOfTheColumn.Contains(p.Key)))
        {
            column.Remove(member);
            if (value is not null)
            {
                column[member] = value.DeepClone();
            }
        }

        return column;
    }

    private static ProviderException Fault(string summary, string detail) => new(Diagnostic.Error(DiagnosticCodes.InvalidValue, summary, detail));
}
