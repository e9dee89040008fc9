using System.Text.Json.Nodes;
using Kolumn.Compliance.Fixtures;
using Kolumn.Compliance.Probing;
using Kolumn.Compliance.Rules;
using Kolumn.Protocol;

namespace Kolumn.Compliance.Checks;

/// <summary>A host that dies, and one that kills.</summary>
internal static class ChaosChecks
{
    private const int Resources = 10;

    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    // Milliseconds into an apply.
    private static readonly int[] Kills = [1, 25];

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
