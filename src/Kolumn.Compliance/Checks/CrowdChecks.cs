using System.Text.Json.Nodes;
using Kolumn.Compliance.Fixtures;
using Kolumn.Compliance.Probing;
using Kolumn.Compliance.Rules;
using Kolumn.Protocol;

namespace Kolumn.Compliance.Checks;

/// <summary>Many calls at once, and calls that are called off.</summary>
internal static class CrowdChecks
{
    private const int Readers = 32;
    private const int Writers = 8;
    private const int Burst = 200;

    // Milliseconds after which a call is called off: some before it began, some in its middle, some after its end.
    private static readonly int[] Cancels = [0, 1, 2, 5, 10, 20, 50];

    public static async Task ReadAsync(Examination examination, CancellationToken cancellationToken) =>
        await ReadManyAsync(examination, RuleTable.ConcurrentReads, Readers, cancellationToken);

    public static async Task BurstAsync(Examination examination, CancellationToken cancellationToken) =>
        await ReadManyAsync(examination, RuleTable.Burst, Burst, cancellationToken);

    public static async Task WriteAsync(Examination examination, CancellationToken cancellationToken)
    {
        var rule = RuleTable.ConcurrentChanges;
        var type = examination.SimpleType();
        Specimen[] specimens = [.. Enumerable.Range(0, Writers).Select(_ => examination.Specimens.Make(examination.Facts, type))];
        var probe = await examination.ProbeAsync(cancellationToken);
        try
        {
            var answers = await Task.WhenAll(specimens.Select(s => probe.CreateAsync(s, cancellationToken)));
            for (var i = 0; i < Writers; i++)
            {
                var exists = probe.IsAlive ? await probe.ExistsAsync(specimens[i], null, cancellationToken) : null;
                var answer = answers[i];
                if (!examination.Expect(
                    answer.Kind == AnswerKind.Answered && answer.Succeeded == exists, rule, "", answer.Kind == AnswerKind.Answered ? $"One of {Writers} at once: {answer.Outcome}, and it {(exists == true ? "exists" : "does not exist")}" : answer.Outcome, answer))
                {
                    break;
                }
            }

            var succeeded = answers.Count(a => a.Succeeded);
            examination.Expect(succeeded > 0, rule, "progress", $"Of {Writers} at once none succeeded: {answers[0].Outcome}", answers[0]);
        }
        finally
        {
            await RemoveAsync(examination, specimens, cancellationToken);
        }
    }

    /// <summary>Afterwards the provider answers, and what was begun can be brought to its end.</summary>
    public static async Task CancelAsync(Examination examination, CancellationToken cancellationToken)
    {
        var rule = RuleTable.Cancels;
        var type = examination.SimpleType();
        var probe = await examination.ProbeAsync(cancellationToken);
        var specimens = new List<Specimen>();
        try
        {
            foreach (var milliseconds in Cancels)
            {
                var specimen = examination.Specimens.Make(examination.Facts, type);
                specimens.Add(specimen);
                using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                cancel.CancelAfter(milliseconds);
                await Task.WhenAll(probe.CreateAsync(specimen, cancel.Token), probe.CallAsync(FunctionNames.DiscoverResources, new JsonObject { ["resource_type"] = type.FullName }, cancel.Token));
            }

            foreach (var specimen in specimens)
            {
                var answer = await probe.CreateAsync(specimen, cancellationToken);
                var exists = answer.Survived ? await probe.ExistsAsync(specimen, answer.Body.Object("state"), cancellationToken) : null;
                if (!examination.Expect(
                    answer.Kind == AnswerKind.Answered && exists == true, rule, "", answer.Kind == AnswerKind.Answered ? $"After a CreateResource that was called off the same one was sent again: {answer.Outcome}, and it does not exist" : answer.Outcome, answer))
                {
                    break;
                }
            }
        }
        finally
        {
            await RemoveAsync(examination, specimens, cancellationToken);
        }
    }

    private static async Task ReadManyAsync(Examination examination, Rule rule, int count, CancellationToken cancellationToken)
    {
        var types = examination.Facts.Types;
        if (types.Count == 0)
        {
            throw new OutOfReachException("there are no resource types");
        }

        var probe = await examination.ProbeAsync(cancellationToken);
        var answers = await Task.WhenAll(Enumerable.Range(0, count).Select(i => i % 4 == 0
            ? probe.CallAsync(FunctionNames.DiscoverResources, new JsonObject { ["resource_type"] = types[i % types.Count].FullName }, cancellationToken)
            : probe.CallAsync(FunctionNames.ReadResource, new JsonObject { ["resource_type"] = types[i % types.Count].FullName, ["name"] = "kv_nothing" }, cancellationToken)));
        var failed = Array.Find(answers, a => !a.Succeeded);
        examination.Expect(failed is null, rule, "", $"One of {count} at once: {failed?.Outcome}", failed);
    }

    private static async Task RemoveAsync(Examination examination, IEnumerable<Specimen> specimens, CancellationToken cancellationToken)
    {
        var probe = await examination.ProbeAsync(cancellationToken);
        foreach (var specimen in specimens)
        {
            await probe.RemoveAsync(specimen, cancellationToken);
        }
    }
}
