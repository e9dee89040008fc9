using System.Text.Json.Nodes;
using Kolumn.Compliance.Fixtures;
using Kolumn.Compliance.Probing;
using Kolumn.Compliance.Rules;
using Kolumn.Protocol;

namespace Kolumn.Compliance.Checks;

/// <summary>Before, during and after Configure.</summary>
internal static class ConfigureChecks
{
    public static async Task BeforeAsync(Examination examination, CancellationToken cancellationToken)
    {
        await using var probe = await examination.StartAsync(cancellationToken);
        var read = await probe.CallAsync(FunctionNames.ReadResource, new JsonObject { ["resource_type"] = examination.Facts.Types is [var first, ..] ? first.FullName : "thing", ["name"] = "nothing" }, cancellationToken);
        examination.Expect(
            read.Kind is AnswerKind.NotConfigured or AnswerKind.Unsupported || read.Refused, RuleTable.NeedsConfiguration, FunctionNames.ReadResource, $"Before Configure, {read.Outcome}", read);
        if (examination.Facts.Has(FunctionNames.Version))
        {
            var version = await probe.CallAsync(FunctionNames.Version, new JsonObject(), cancellationToken);
            examination.Expect(version.Succeeded, RuleTable.NeedsConfiguration, FunctionNames.Version, $"Before Configure, {version.Outcome}", version);
        }

        if (examination.Facts.Has(FunctionNames.Ping))
        {
            var ping = await probe.CallAsync(FunctionNames.Ping, new JsonObject(), cancellationToken);
            examination.Expect(ping.Refused || ping.Kind == AnswerKind.NotConfigured, RuleTable.NeedsConfiguration, FunctionNames.Ping, $"Before Configure, {ping.Outcome}", ping);
        }
    }

    /// <summary>A process for all of them: a refused configuration leaves nothing behind.</summary>
    public static async Task InvalidAsync(Examination examination, CancellationToken cancellationToken)
    {
        var rule = RuleTable.ConfigureValidates;
        var attributes = TypeFacts.AttributesOf(examination.Facts.Schema.Object("config_schema"));
        var valid = examination.Options.Config ?? throw new OutOfReachException("verify.json says no configuration");
        var known = valid.Select(m => m.Key).Where(attributes.ContainsKey).ToList();
        if (known.Count == 0)
        {
            examination.Skip(rule, "", "config_schema describes nothing that the configuration has");
            return;
        }

        await using var probe = await examination.StartAsync(cancellationToken);
        foreach (var name in known)
        {
            if (attributes[name].Flag("required") == true)
            {
                await RefusedAsync(WithoutMember(valid, name), name, $"Without {name}");
            }

            if (attributes[name].Text("type") is { } type && AttributeOf(type) is { } wrong)
            {
                var config = WithoutMember(valid, name);
                config[name] = wrong;
                await RefusedAsync(config, name, $"With {name} = {wrong.Write()}");
            }
        }

        async Task RefusedAsync(JsonObject config, string name, string with)
        {
            if (probe.IsAlive)
            {
                var answer = await probe.ConfigureAsync(config, cancellationToken);
                examination.Expect(answer.Refused && answer.Error.Length > 0, rule, name, $"{with}, {answer.Outcome}", answer);
            }
        }
    }

    public static async Task AgainAsync(Examination examination, CancellationToken cancellationToken)
    {
        await using var probe = await examination.StartConfiguredAsync(cancellationToken);
        var answer = await probe.ConfigureAsync((JsonObject)examination.Options.Config!.DeepClone(), cancellationToken);
        if (examination.Expect(answer.Succeeded, RuleTable.ConfigureAgain, "", $"The second time, {answer.Outcome}", answer) && examination.Facts.Has(FunctionNames.Ping))
        {
            var ping = await probe.CallAsync(FunctionNames.Ping, new JsonObject(), cancellationToken);
            examination.Expect(ping.Succeeded, RuleTable.ConfigureAgain, "", $"After the second time, {ping.Outcome}", ping);
        }
    }

    private static JsonObject WithoutMember(JsonObject config, string name)
    {
        var copy = (JsonObject)config.DeepClone();
        copy.Remove(name);
        return copy;
    }

    private static JsonNode? AttributeOf(string type) => type is "any" ? null : new JsonArray(new JsonArray());
}
