using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Kolumn.Compliance.Fixtures;
using Kolumn.Compliance.Probing;
using Kolumn.Compliance.Rules;
using Kolumn.Protocol;
using Kolumn.Protocol.Wire;

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
    public static Task CancelAsync(Examination examination, CancellationToken cancellationToken) => EndEarlyAsync(examination, RuleTable.Cancels, "was called off", async (probe, specimen, milliseconds) =>
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        cancel.CancelAfter(milliseconds);
        await Task.WhenAll(probe.CreateAsync(specimen, cancel.Token), probe.CallAsync(FunctionNames.DiscoverResources, Discover(specimen), cancel.Token));
    }, cancellationToken);

    /// <summary>The same where the limit of a call travels with it, and nobody calls it off.</summary>
    public static async Task DeadlineAsync(Examination examination, CancellationToken cancellationToken)
    {
        using var channel = (await examination.ProbeAsync(cancellationToken)).ConnectBeside(through: null);
        var client = new Provider.ProviderClient(channel.Channel);
        await EndEarlyAsync(
            examination,
            RuleTable.Deadlines,
            "ran into its deadline",
            (_, specimen, milliseconds) => Task.WhenAll(
                CallAsync(FunctionNames.CreateResource, ResourceCalls.CreateRequest(specimen), milliseconds), CallAsync(FunctionNames.DiscoverResources, Discover(specimen), milliseconds)),
            cancellationToken);

        async Task CallAsync(string function, JsonObject input, int milliseconds)
        {
            try
            {
                var request = new CallFunctionRequest { Function = function, Input = ByteString.CopyFromUtf8(input.Write()) };
                await client.CallFunctionAsync(request, deadline: DateTime.UtcNow.AddMilliseconds(milliseconds), cancellationToken: cancellationToken);
            }
            catch (RpcException)
            {
                // However it ended: what counts is what comes after it.
            }
        }
    }

    /// <summary>A resource's creation ends before its time; then it is created.</summary>
    /// <param name="ended">For a sentence: what became of the first one.</param>
    private static async Task EndEarlyAsync(Examination examination, Rule rule, string ended, Func<Probe, Specimen, int, Task> beginAsync, CancellationToken cancellationToken)
    {
        var type = examination.SimpleType();
        var probe = await examination.ProbeAsync(cancellationToken);
        var specimens = new List<Specimen>();
        try
        {
            foreach (var milliseconds in Cancels)
            {
                var specimen = examination.Specimens.Make(examination.Facts, type);
                specimens.Add(specimen);
                await beginAsync(probe, specimen, milliseconds);
            }

            foreach (var specimen in specimens)
            {
                var answer = await probe.CreateAsync(specimen, cancellationToken);
                var exists = answer.Survived ? await probe.ExistsAsync(specimen, answer.Body.Object("state"), cancellationToken) : null;
                if (!examination.Expect(
                    answer.Kind == AnswerKind.Answered && exists == true, rule, "", answer.Kind == AnswerKind.Answered ? $"After a CreateResource that {ended} the same one was sent again: {answer.Outcome}, and it does not exist" : answer.Outcome, answer))
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

    private static JsonObject Discover(Specimen specimen) => new() { ["resource_type"] = specimen.Type.FullName };

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
