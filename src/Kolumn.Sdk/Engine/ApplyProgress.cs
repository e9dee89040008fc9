using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Engine;

/// <summary>Tells how far an apply is, and each result as soon as it is certain.</summary>
internal sealed class ApplyProgress<TSession>(Plan<TSession> plan, SessionLease<TSession> lease, Action<ProviderEvent> publish, TimeProvider time)
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

    /// <summary>In a transaction that lasts longer than the call a success is told when that is committed.</summary>
    public void Certain(ApplyResult result)
    {
        var happening = new ProviderEvent { Type = "resource", Address = result.Address, Result = result };
        if (result.Success)
        {
            lease.OnceCertain(() => publish(happening));
        }
        else
        {
            publish(happening);
        }
    }
}
