using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Kolumn.Compliance.Fixtures;
using Kolumn.Compliance.Probing;
using Kolumn.Compliance.Rules;
using Kolumn.Protocol;
using Kolumn.Protocol.Wire;

namespace Kolumn.Compliance.Checks;

/// <summary>A host that dies, one that kills, one that takes its time, and nobody instead of one.</summary>
internal static class ChaosChecks
{
    private const int Resources = 10;
    private const int SlowAnswers = 200;

    private static readonly TimeSpan StallTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    // Milliseconds into an apply.
    private static readonly int[] Kills = [1, 25];

    /// <summary>Without a host.</summary>
    public static async Task AloneAsync(Examination examination, CancellationToken cancellationToken)
    {
        var run = await examination.RunAloneAsync(EndLimit, cancellationToken);
        var fault = run.Output.Split('\n').Any(Handshake.LooksLikeOne) ? $"It served: {Json.Excerpt(run.Output)}"
            : run.Exit is null ? $"After {EndLimit.TotalSeconds:0} s it still ran"
            : run.Exit is { Code: 0 } ? "It ended with exit code 0"
            : run.Exit.Signal is not null ? $"It ended with {run.Exit}"
            : run.Errors.Trim().Length == 0 ? "It said nothing on stderr"
            : null;
        examination.Expect(fault is null, RuleTable.Alone, "", $"Without KOLUMN_PLUGIN: {fault}", null);
    }

    /// <summary>Answers that stand at the provider until somebody reads on.</summary>
    public static async Task SlowAsync(Examination examination, CancellationToken cancellationToken)
    {
        var probe = await examination.ProbeAsync(cancellationToken);
        var stall = new Stall();
        using var channel = probe.ConnectBeside(stall.Before);
        var client = new Provider.ProviderClient(channel.Channel);
        var schema = await AskAsync(null);
        if (schema.Fault is not null)
        {
            examination.Fail(RuleTable.Slow, "", $"On a second connection, before anything was slow, Schema was not answered: {schema.Fault}", null);
            return;
        }

        stall.Begin();
        var slow = Enumerable.Range(0, SlowAnswers).Select(_ => AskAsync(schema.Answer)).ToList();
        var other = await probe.CallAsync(FunctionNames.ReadResource, new JsonObject { ["resource_type"] = examination.Facts.Types is [var type, ..] ? type.FullName : "thing", ["name"] = "kv_nothing" }, cancellationToken);
        await Task.Delay(StallTime, cancellationToken);
        stall.End();
        var faults = (await Task.WhenAll(slow)).Select(s => s.Fault).OfType<string>().ToList();
        examination.Expect(other.Survived && other.Kind == AnswerKind.Answered, RuleTable.Slow, "others", $"While {SlowAnswers} answers waited for their reader, {other.Outcome}", other);
        examination.Expect(
            faults.Count == 0, RuleTable.Slow, "", $"{faults.Count} of {SlowAnswers} answers that were taken after {StallTime.TotalSeconds:0} s did not come whole: {faults.FirstOrDefault()}", null);

        async Task<(ByteString? Answer, string? Fault)> AskAsync(ByteString? expected)
        {
            try
            {
                var answer = (await client.SchemaAsync(new SchemaRequest(), deadline: DateTime.UtcNow + StallTime + examination.Options.CallTimeout, cancellationToken: cancellationToken)).Schema;
                return (answer, expected is not null && answer != expected ? "another schema than before" : null);
            }
            catch (RpcException failure)
            {
                return (null, $"{failure.StatusCode} {failure.Status.Detail}".TrimEnd());
            }
        }
    }

    /// <summary>What a provider sees of its host's death.</summary>
    public static async Task LifelineAsync(Examination examination, CancellationToken cancellationToken)
    {
        await using (var probe = await examination.StartConfiguredAsync(cancellationToken))
        {
            var process = examination.ProcessOf(probe);
            await process.StandardInput.DisposeAsync();
            examination.Expect(await HasEndedAsync(process.Exited, cancellationToken), RuleTable.Lifeline, "", $"{EndLimit.TotalSeconds:0} s after the end of its stdin it still runs", null);
        }

        await using var other = await examination.StartConfiguredAsync(cancellationToken);
        var terminated = examination.ProcessOf(other);
        terminated.Terminate();
        examination.Expect(await HasEndedAsync(terminated.Exited, cancellationToken), RuleTable.Terminates, "", $"{EndLimit.TotalSeconds:0} s after SIGTERM it still runs", null);
    }

    /// <summary>Killed in the middle of an apply; then another process does the rest.</summary>
    public static async Task KillAsync(Examination examination, CancellationToken cancellationToken)
    {
        var rule = RuleTable.Killed;
        if (!examination.IsAdvertised(FunctionNames.Plan, rule) || !examination.IsAdvertised(FunctionNames.Apply, rule))
        {
            return;
        }

        var type = examination.SimpleType();
        foreach (var milliseconds in Kills)
        {
            var batch = new Batch(Enumerable.Range(0, Resources).Select(_ => examination.Specimens.Make(examination.Facts, type)));
            try
            {
                await KillDuringApplyAsync(examination, batch, milliseconds, cancellationToken);
                var probe = await examination.HostedAsync(cancellationToken);
                var apply = await probe.CallAsync(FunctionNames.Apply, batch.Request("create"), cancellationToken);
                batch.Record(apply);
                var plan = await probe.CallAsync(FunctionNames.Plan, batch.Request("update"), cancellationToken);
                var open = batch.Members.Where(m => Batch.PlannedOf(plan, m).Text("action") is not (ResourceActions.NoOp or ResourceActions.Read)).ToList();
                if (!examination.Expect(
                    apply.Succeeded && plan.Succeeded && open.Count == 0, rule, "", apply.Succeeded ? $"The plan after it is not empty: {plan.Outcome}" : $"Killed in an apply and started again, {apply.Outcome}", apply.Succeeded ? plan : apply))
                {
                    return;
                }
            }
            finally
            {
                var probe = await examination.HostedAsync(cancellationToken);
                foreach (var specimen in batch.Tops)
                {
                    await probe.RemoveAsync(specimen, cancellationToken);
                }
            }
        }
    }

    private static async Task KillDuringApplyAsync(Examination examination, Batch batch, int milliseconds, CancellationToken cancellationToken)
    {
        await using var victim = await examination.StartConfiguredAsync(cancellationToken);
        using var silence = examination.ExpectDeath(victim);
        var apply = (await examination.HostedAsync(victim, cancellationToken)).CallAsync(FunctionNames.Apply, batch.Request("create"), cancellationToken);
        await Task.WhenAny(apply, Task.Delay(milliseconds, cancellationToken));
        await examination.ProcessOf(victim).KillTreeAsync(EndLimit);
        await apply;
    }

    private static async Task<bool> HasEndedAsync(Task exited, CancellationToken cancellationToken) =>
        await Task.WhenAny(exited, Task.Delay(EndLimit, cancellationToken)) == exited;
}
