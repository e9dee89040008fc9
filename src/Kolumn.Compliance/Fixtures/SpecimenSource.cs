using System.Globalization;
using System.Text.Json.Nodes;
using Kolumn.Compliance.Probing;

namespace Kolumn.Compliance.Fixtures;

/// <summary>
/// Resources to try a type with: from the author's fixture, or from the type's schema. Names are of letters, digits and an underscore, begin with a letter and
/// are short enough for every database.
/// </summary>
internal sealed class SpecimenSource(VerifyOptions options, Secrets secrets)
{
    private readonly string _run = "kv" + Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(3));
    private int _count;

    public string NextName() => string.Create(CultureInfo.InvariantCulture, $"{_run}_{Interlocked.Increment(ref _count)}");

    /// <summary>A resource that nobody has had before.</summary>
    public Specimen Make(ProviderFacts facts, TypeFacts type)
    {
        var name = NextName();
        if (!options.Fixtures.TryGetValue(type.Name, out var fixture) && !options.Fixtures.TryGetValue(type.FullName, out fixture))
        {
            return new Specimen { Type = type, Name = name, Config = Named(Hidden(GeneratedConfig.Of(type, name), type), type, name), IsGenerated = true };
        }

        var labels = new Dictionary<string, string> { ["name"] = name, ["run"] = name };
        var requires = new List<Specimen>();
        foreach (var required in fixture.Requires)
        {
            if (facts.Find(required.Type) is { } other)
            {
                var config = required.Config ?? options.Fixtures.GetValueOrDefault(required.Type)?.Config ?? [];
                var requirement = Make(other, config, labels);
                labels[required.Label] = requirement.PhysicalName;
                requires.Add(requirement);
            }
        }

        var made = Make(type, fixture.Config, labels, name);
        return made with { Requires = requires, Update = fixture.Update is null ? null : Changed(made, fixture.Update, labels) };
    }

    private Specimen Make(TypeFacts type, JsonObject config, Dictionary<string, string> labels, string? name = null)
    {
        name ??= NextName();
        var own = new Dictionary<string, string>(labels) { ["name"] = name };
        return new Specimen { Type = type, Name = name, Config = Named(Hidden(Filled(config, own), type), type, name) };
    }

    private static JsonObject Filled(JsonObject config, Dictionary<string, string> labels) => (JsonObject)Json.MapTexts(
        config, text => labels.Aggregate(text, (filled, label) => filled.Replace($"{{{label.Key}}}", label.Value, StringComparison.Ordinal)))!;

    /// <summary>The secrets of a change are those of the original, unless the fixture changes them.</summary>
    private JsonObject Changed(Specimen made, JsonObject update, Dictionary<string, string> labels)
    {
        var changed = Named(Hidden(Filled(update, labels), made.Type), made.Type, made.Name);
        if (made.Config.Text("name") is { } physical && update.Text("name") is null)
        {
            changed["name"] = physical;
        }

        return changed;
    }

    private static JsonObject Named(JsonObject config, TypeFacts type, string name)
    {
        if (!config.ContainsKey("name") && type.Config.TryGetValue("name", out var attribute) && attribute.Flag("computed") != true)
        {
            config["name"] = name;
        }

        return config;
    }

    /// <summary>Sensitive texts are exchanged for ones that can be told from everything else.</summary>
    private JsonObject Hidden(JsonObject config, TypeFacts type)
    {
        foreach (var attribute in config.Where(m => type.IsSensitive(m.Key) && m.Value?.GetValueKind() == System.Text.Json.JsonValueKind.String).Select(m => m.Key).ToList())
        {
            config[attribute] = secrets.Invent();
        }

        return config;
    }
}
