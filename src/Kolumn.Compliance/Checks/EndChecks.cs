using System.Text.Json.Nodes;
using Kolumn.Compliance.Probing;
using Kolumn.Compliance.Rules;
using Kolumn.Protocol;

namespace Kolumn.Compliance.Checks;

/// <summary>How it ends.</summary>
internal static class EndChecks
{
    public static async Task CloseAsync(Examination examination, CancellationToken cancellationToken)
    {
        var probe = await examination.StartConfiguredAsync(cancellationToken);
        try
        {
            for (var time = 1; time <= 2; time++)
            {
                var close = await probe.CloseAsync(cancellationToken);
                if (!examination.Expect(close.Succeeded, RuleTable.CloseTwice, "", $"Close number {time}: {close.Outcome}", close))
                {
                    return;
                }
            }

            var late = await probe.CallAsync(FunctionNames.ReadResource, new JsonObject { ["resource_type"] = "thing", ["name"] = "nothing" }, cancellationToken);
            examination.Expect(late.Survived && !late.Succeeded, RuleTable.CloseTwice, "", $"After Close, {late.Outcome}", late);
        }
        finally
        {
            var killed = (await probe.StopAsync()).Where(w => w.Contains("killed", StringComparison.Ordinal) || w.Contains("not answered", StringComparison.Ordinal)).ToList();
            examination.Expect(killed.Count == 0, RuleTable.Stops, "", string.Join("; ", killed), null);
        }
    }
}
