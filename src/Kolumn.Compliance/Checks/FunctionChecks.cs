using System.Text.Json.Nodes;
using Kolumn.Compliance.Probing;
using Kolumn.Compliance.Rules;
using Kolumn.Protocol;

namespace Kolumn.Compliance.Checks;

/// <summary>What is advertised is there, and nothing else.</summary>
internal static class FunctionChecks
{
    // Functions that would do something with an empty object: they are tried by rules of their own.
    private static readonly string[] Unasked = [FunctionNames.BeginTransaction, FunctionNames.Apply];

    private static readonly string[] Inventions = ["Frobnicate", "createresource", "CreateResource ", "", "Schema", "../Plan", "Plan\0", "Plan\n"];

    public static Task AdvertisedAsync(Examination examination, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var function in Profile.ResourceFunctions)
        {
            examination.Expect(examination.Facts.Has(function), RuleTable.Advertises, function, "It is not among supported_functions", null);
        }

        var profile = examination.Options.Profile;
        foreach (var function in Profile.UniversalFunctions.Concat(profile?.Functions ?? []))
        {
            Demand(RuleTable.ProfileFunctions, function, examination.Facts.Has(function), examination.HasHosted(function) ? "left to the host, which does it" : "It is not among supported_functions");
        }

        foreach (var type in profile?.Types ?? [])
        {
            Demand(RuleTable.ProfileTypes, type, examination.Facts.Find(type) is not null, "It is not among resource_types");
        }

        if (profile is null)
        {
            examination.Skip(RuleTable.ProfileTypes, "", "no --profile was given");
        }

        return Task.CompletedTask;

        void Demand(Rule rule, string subject, bool isThere, string otherwise)
        {
            // What a profile asks beyond what is advertised is a matter of the level, no defect.
            if (isThere)
            {
                examination.Pass(rule, subject);
            }
            else
            {
                examination.Skip(rule, subject, examination.Options.Skip.GetValueOrDefault(subject) ?? otherwise);
            }
        }
    }

    public static async Task RoutedAsync(Examination examination, CancellationToken cancellationToken)
    {
        foreach (var function in examination.Facts.Functions.Except(Unasked))
        {
            var probe = await examination.ProbeAsync(cancellationToken);
            var answer = await probe.CallAsync(function, new JsonObject(), cancellationToken);
            examination.Expect(answer.Kind != AnswerKind.Unsupported && answer.Survived, RuleTable.Routes, function, answer.Outcome, answer);
        }

        var all = Profile.UniversalFunctions.Concat(Profile.All.SelectMany(p => p.Functions)).Distinct();
        foreach (var function in all.Where(f => !examination.Facts.Has(f)).Except(Unasked))
        {
            var probe = await examination.ProbeAsync(cancellationToken);
            var answer = await probe.CallAsync(function, new JsonObject(), cancellationToken);
            examination.Expect(answer.Kind == AnswerKind.Unsupported, RuleTable.Unadvertised, function, $"It is not advertised, and {answer.Outcome}", answer);
        }

        examination.Pass(RuleTable.Unadvertised);
    }

    public static async Task UnknownAsync(Examination examination, CancellationToken cancellationToken)
    {
        foreach (var function in Inventions)
        {
            var probe = await examination.ProbeAsync(cancellationToken);
            var answer = await probe.CallAsync(function, new JsonObject(), cancellationToken);
            examination.Expect(
                answer.Kind == AnswerKind.Unsupported && answer.Text.Contains("unsupported function", StringComparison.Ordinal),
                RuleTable.UnknownFunction,
                JsonValue.Create(function).ToJsonString(),
                answer.Kind == AnswerKind.Unsupported ? $"The message does not say \"unsupported function\": {answer.Text}" : answer.Outcome,
                answer);
        }
    }

    public static async Task AboutAsync(Examination examination, CancellationToken cancellationToken)
    {
        var probe = await examination.ProbeAsync(cancellationToken);
        if (examination.IsAdvertised(FunctionNames.Ping, RuleTable.Ping))
        {
            var ping = await probe.CallAsync(FunctionNames.Ping, new JsonObject(), cancellationToken);
            examination.Expect(ping.Succeeded && ping.Body.Number("latency_ms") is >= 0, RuleTable.Ping, "", ping.Succeeded ? "It has no latency_ms" : ping.Outcome, ping);
        }

        if (examination.IsAdvertised(FunctionNames.Version, RuleTable.Version))
        {
            var version = await probe.CallAsync(FunctionNames.Version, new JsonObject(), cancellationToken);
            var (name, number) = (version.Body.Text("provider_name"), version.Body.Text("version"));
            examination.Expect(
                version.Succeeded && name == examination.Facts.Name && number == examination.Facts.Version,
                RuleTable.Version,
                "",
                version.Succeeded ? $"It says {name} {number} where the schema says {examination.Facts.Name} {examination.Facts.Version}" : version.Outcome,
                version);
        }
    }
}
