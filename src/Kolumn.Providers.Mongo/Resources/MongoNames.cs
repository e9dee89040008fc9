using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Sdk;
using Kolumn.Sdk.Resources;

namespace Kolumn.Providers.Mongo.Resources;

/// <summary>What can be a name: https://www.mongodb.com/docs/manual/reference/limits/#naming-restrictions.</summary>
internal static class MongoNames
{
    public const string Collection = "collection";
    public const string View = "view";
    public const string Index = "index";
    public const string Validation = "validation";
    public const string Database = "database";

    private static readonly SearchValues<char> NotInDatabases = SearchValues.Create("/\\. \"$*<>:|?\0");

    private const int MaxNamespaceBytes = 255;
    private const int MaxDatabaseBytes = 63;

    private static readonly ReferenceReading References = new("mongo_", "");

    /// <summary>Why it cannot be a database's name; null when it can.</summary>
    public static string? DatabaseFault(string name) =>
        name.Length == 0 ? "a name cannot be empty"
        : Encoding.UTF8.GetByteCount(name) > MaxDatabaseBytes ? $"a database's name has at most {MaxDatabaseBytes} bytes"
        : name.AsSpan().ContainsAny(NotInDatabases) ? "it cannot hold / \\ . space \" $ * < > : | ? or NUL"
        : null;

    /// <summary>The name of a collection or view, in the attribute <c>name</c>. After a report something harmless.</summary>
    public static string CollectionName(ConfigReader reader)
    {
        var name = reader.Text("name") ?? "";
        var fault = name.Length == 0 ? "a name cannot be empty"
            : name.AsSpan().IndexOfAny('$', '\0') >= 0 ? "it cannot hold $ or NUL"
            : name.StartsWith("system.", StringComparison.Ordinal) ? "names that begin with system. belong to the server"
            : Encoding.UTF8.GetByteCount(name) > MaxNamespaceBytes - 2 ? $"with its database it has more than {MaxNamespaceBytes} bytes"
            : null;
        if (fault is not null)
        {
            reader.Invalid("name", $"'{ConfigReader.Shown(name)}' cannot be a collection's name: {fault}");
        }

        return name;
    }

    /// <summary>The collection (or view) that an attribute refers to: a name, a resource's address, or the resource.</summary>
    public static string CollectionOf(ConfigReader reader, string attribute)
    {
        if (reader[attribute] is not { } reference || References.Name(reference, reader.Context) is not { Length: > 0 } name)
        {
            reader.Invalid(attribute, "a collection is expected here", "Write its name, or refer to the resource: mongo_collection.users.");
            return "";
        }

        return name;
    }

    /// <summary>The configuration of the resource that an attribute refers to; null where it is no resource of this plan.</summary>
    public static JsonObject? ConfigOf(ConfigReader reader, string attribute) => reader[attribute] switch
    {
        JsonObject resource => resource.Text("id") is { } address ? reader.Context.ConfigOf(address) : null,
        JsonValue value when value.TryGetValue<string>(out var address) => reader.Context.ConfigOf(address),
        _ => null,
    };

    /// <summary>A collection or a view may be meant: whichever there is.</summary>
    public static IEnumerable<ObjectReference> Either(string name) => [new(Collection, name), new(View, name)];

    /// <summary>A document that the user writes as an object, or as a text of JSON where the order of its members must be kept by all means.</summary>
    public static JsonNode? Document(ConfigReader reader, string attribute)
    {
        var node = reader[attribute];
        if (node is not JsonValue value || !value.TryGetValue<string>(out var text))
        {
            return node?.DeepClone();
        }

        try
        {
            return JsonNode.Parse(text);
        }
        catch (System.Text.Json.JsonException unreadable)
        {
            reader.Invalid(attribute, "this is no JSON", unreadable.Message);
            return null;
        }
    }
}
