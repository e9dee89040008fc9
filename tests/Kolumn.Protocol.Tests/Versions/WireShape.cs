using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Protocol.Tests.Versions;

/// <summary>What the payloads look like on the wire, read off the one context that writes and reads them.</summary>
internal static class WireShape
{
    /// <summary>A member that no version has.</summary>
    public const string Unknown = "from_a_later_version";

    private const int MaxDepth = 5;

    /// <summary>Payloads that cross the boundary as a whole.</summary>
    public static IReadOnlyList<Type> Roots { get; } =
    [
        .. typeof(PayloadJsonContext).GetCustomAttributesData()
            .Where(a => a.AttributeType == typeof(JsonSerializableAttribute))
            .Select(a => (Type)a.ConstructorArguments[0].Value!)
            .Where(IsRecord),
    ];

    /// <summary><c>PlanResource.depends_on: list of text</c>, for every member of every payload, sorted.</summary>
    public static IReadOnlyList<string> Lines()
    {
        var seen = new HashSet<Type>();
        var open = new Queue<Type>(Roots);
        var lines = new List<string>();
        while (open.TryDequeue(out var type))
        {
            if (!seen.Add(type))
            {
                continue;
            }

            foreach (var member in MembersOf(type))
            {
                lines.Add($"{type.Name}.{member.Name}: {Describe(member.PropertyType)}{(member.IsRequired ? ", required" : "")}");
                if (IsRecord(Innermost(member.PropertyType)))
                {
                    open.Enqueue(Innermost(member.PropertyType));
                }
            }
        }

        return [.. lines.Order(StringComparer.Ordinal)];
    }

    public static IEnumerable<JsonPropertyInfo> MembersOf(Type record) =>
        PayloadJsonContext.Default.GetTypeInfo(record)!.Properties.Where(p => p.Get is not null || p.Set is not null);

    public static bool IsRecord(Type type) => PayloadJsonContext.Default.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object } && !typeof(JsonNode).IsAssignableFrom(type);

    /// <summary>A payload in which every member says something.</summary>
    /// <param name="later">Whether every object of it has a member that nobody knows.</param>
    public static JsonNode Sample(Type type, bool later) => Sample(type, later, "x", MaxDepth)!;

    /// <summary>The element of lists and maps, and what may be absent.</summary>
    public static Type Innermost(Type type)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        return ElementOf(bare) is { } element ? Innermost(element) : bare;
    }

    public static bool IsMap(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>);

    public static Type? ElementOf(Type type) =>
        IsMap(type) ? type.GetGenericArguments()[1] : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    private static string Describe(Type type)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        return ElementOf(bare) is { } element ? $"{(IsMap(bare) ? "map" : "list")} of {Describe(element)}"
            : bare == typeof(string) ? "text"
            : bare == typeof(bool) ? "bool"
            : bare == typeof(int) || bare == typeof(long) ? "int"
            : bare == typeof(double) || bare == typeof(decimal) ? "number"
            : bare == typeof(DateTimeOffset) ? "time"
            : bare == typeof(JsonObject) ? "object"
            : bare == typeof(JsonNode) ? "any"
            : bare == typeof(AttributePath) ? "path"
            : bare.IsEnum ? string.Join(" | ", Enum.GetNames(bare).Select(n => n.ToLowerInvariant()))
            : IsRecord(bare) ? bare.Name
            : throw new InvalidOperationException($"{type} has no name on the wire yet: give it one here and in docs/protocol.md.");
    }

    private static JsonNode? Sample(Type type, bool later, string name, int depth)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        if (ElementOf(bare) is { } element)
        {
            var inner = Sample(element, later, name, depth);
            // Where a payload that holds others of its kind comes to an end.
            return IsMap(bare) ? inner is null ? new JsonObject() : new JsonObject { ["key"] = inner } : inner is null ? new JsonArray() : new JsonArray(inner);
        }

        return Describe(bare) switch
        {
            "text" => name,
            "bool" => true,
            "int" or "number" => 7,
            "time" => "2026-01-02T03:04:05+00:00",
            "object" => new JsonObject { ["a"] = 1 },
            "any" => "anything",
            "path" => new JsonArray("columns", 2, "type"),
            _ when bare.IsEnum => Enum.GetNames(bare)[0].ToLowerInvariant(),
            _ => depth == 0 ? null : Record(bare, later, depth),
        };
    }

    private static JsonObject Record(Type type, bool later, int depth)
    {
        var record = new JsonObject();
        foreach (var member in MembersOf(type))
        {
            if (Sample(member.PropertyType, later, member.Name, depth - 1) is { } value)
            {
                record[member.Name] = value;
            }
        }

        if (later)
        {
            record[Unknown] = new JsonObject { ["a"] = new JsonArray(1) };
        }

        return record;
    }
}
