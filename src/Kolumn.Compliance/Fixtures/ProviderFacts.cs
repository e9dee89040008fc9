using System.Text.Json.Nodes;
using Kolumn.Compliance.Probing;

namespace Kolumn.Compliance.Fixtures;

/// <summary>What a provider says about itself, read as forgivingly as possible: what is wrong with it is the schema rules' business.</summary>
internal sealed class ProviderFacts
{
    private readonly HashSet<string> _functions;

    public ProviderFacts(JsonObject schema)
    {
        Schema = schema;
        Name = schema.Text("name") ?? "";
        Version = schema.Text("version") ?? "";
        _functions = [.. schema.Texts("supported_functions")];
        Types = [.. schema.List("resource_types").OfType<JsonObject>().Select(t => new TypeFacts(Name, t)).Where(t => t.Name.Length > 0).DistinctBy(t => t.Name)];
    }

    public JsonObject Schema { get; }

    /// <summary>Those that it says it has.</summary>
    public IReadOnlyCollection<string> Capabilities => [.. (Schema.Object("capabilities") ?? []).Where(c => Schema.Object("capabilities").Flag(c.Key) == true).Select(c => c.Key)];

    public string Name { get; }

    public string Version { get; }

    public IReadOnlyCollection<string> Functions => _functions;

    public IReadOnlyList<TypeFacts> Types { get; }

    public bool Has(string function) => _functions.Contains(function);

    /// <summary>The type of that name, with or without the provider's prefix.</summary>
    public TypeFacts? Find(string type) => Types.FirstOrDefault(t => t.Name == type) ?? Types.FirstOrDefault(t => t.FullName == type || t.Name == $"{Name}_{type}");
}

/// <summary>One resource type.</summary>
internal sealed class TypeFacts
{
    public TypeFacts(string provider, JsonObject definition)
    {
        Name = definition.Text("name") ?? "";
        FullName = Name.StartsWith(provider + "_", StringComparison.Ordinal) ? Name : $"{provider}_{Name}";
        Config = AttributesOf(definition.Object("config_schema"));
        State = AttributesOf(definition.Object("state_schema"));
    }

    /// <summary>As the schema says it.</summary>
    public string Name { get; }

    /// <summary>As hosts say it: <c>postgres_table</c>.</summary>
    public string FullName { get; }

    /// <summary>What may be written, by name.</summary>
    public IReadOnlyDictionary<string, JsonObject> Config { get; }

    /// <summary>What is recorded, by name.</summary>
    public IReadOnlyDictionary<string, JsonObject> State { get; }

    public IEnumerable<string> Required => Config.Where(a => a.Value.Flag("required") == true && a.Value.Flag("computed") != true).Select(a => a.Key);

    public bool IsSensitive(string attribute) => Config.GetValueOrDefault(attribute).Flag("sensitive") == true;

    public static IReadOnlyDictionary<string, JsonObject> AttributesOf(JsonObject? schema) =>
        (schema.Object("attributes") ?? []).Where(a => a.Value is JsonObject).ToDictionary(a => a.Key, a => (JsonObject)a.Value!);
}
