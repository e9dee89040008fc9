using System.Text.Json.Nodes;
using Kolumn.Compliance.Fixtures;
using Kolumn.Compliance.Probing;
using Kolumn.Compliance.Rules;

namespace Kolumn.Compliance.Checks;

/// <summary>Wrong secrets for the configuration: whatever comes of them, nobody is to read them. Everything else that is heard is listened to as well.</summary>
internal static class SecretChecks
{
    public static async Task ConfigureAsync(Examination examination, CancellationToken cancellationToken)
    {
        var attributes = TypeFacts.AttributesOf(examination.Facts.Schema.Object("config_schema"));
        var valid = examination.Options.Config ?? throw new OutOfReachException("verify.json says no configuration");
        var names = attributes.Where(a => a.Value.Flag("sensitive") == true || Secrets.IsNamed(a.Key)).Select(a => a.Key).Union(valid.Select(m => m.Key).Where(Secrets.IsNamed)).ToList();
        foreach (var name in names)
        {
            foreach (var wrap in (Func<string, JsonNode>[])[text => JsonValue.Create(text), text => new JsonArray(text)])
            {
                // A process for each: one that took the wrong secret for a right one would go on with it.
                await using var probe = await examination.StartAsync(cancellationToken);
                var config = (JsonObject)valid.DeepClone();
                config[name] = wrap(examination.Secrets.Invent());
                await probe.ConfigureAsync(config, cancellationToken);
            }
        }
    }
}
