using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Engine;

/// <summary>Tells how far an apply is, and each result as soon as it is certain.</summary>
internal sealed class ApplyProgress<TSession>(Plan<TSession> plan, Action<ProviderEvent> publish, TimeProvider time)
    where TSession : IProviderSession
{
    private readonly int _total = plan.Works.Count(w => w.IsChange);
    private int _done;

    public long Now() => time.GetTimestamp();

    public long MillisecondsSince(long start) => (long)time.GetElapsedTime(start).TotalMilliseconds;

    public void Done(PlannedWork<TSession> work) => publish(new ProviderEvent
    {
        Type = "progress",
        Stage = work.Action,
        Address = work.Address,
        Current = ++_done,
        Total = _total,
    });

    public void Certain(ApplyResult result) => publish(new ProviderEvent { Type = "resource", Address = result.Address, Result = result });
}
