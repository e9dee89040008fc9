using System.Text.Json.Nodes;
using Kolumn.Protocol;

namespace Kolumn.Sdk.Engine;

/// <summary>What exists after a change, checked against what was desired: a change that did not bring it about is a failure, whatever the database said.</summary>
internal sealed class ReadBack<TSession>
    where TSession : IProviderSession
{
    private readonly Dictionary<ObjectReference, JsonObject> _existing;

    private ReadBack(Dictionary<ObjectReference, JsonObject> existing) => _existing = existing;

    public static async Task<ReadBack<TSession>> OfAsync(TSession session, IReadOnlyCollection<PlannedWork<TSession>> works, CancellationToken cancellationToken) =>
        Of(await CatalogExtract<TSession>.OfAsync(session, works.Select(w => w.Prepared), cancellationToken), works);

    private static ReadBack<TSession> Of(Dictionary<ObjectReference, JsonObject> existing, IEnumerable<PlannedWork<TSession>> works)
    {
        foreach (var work in works)
        {
            var reference = new ObjectReference(work.Prepared.Type.Name, work.Prepared.Identity);
            if (existing.TryGetValue(reference, out var actual))
            {
                existing[reference] = SharedParts.Own(work.Prepared.Type.Creator, actual, work.Desired);
            }
        }

        return new ReadBack<TSession>(existing);
    }

    public JsonObject? DefinitionOf(PlannedWork<TSession> work) =>
        work.Action == ResourceActions.Delete ? null : _existing.GetValueOrDefault(new ObjectReference(work.Prepared.Type.Name, work.Prepared.Identity));

    /// <summary>null when the world is as desired.</summary>
    public Diagnostic? FaultOf(PlannedWork<TSession> work)
    {
        var (type, identity) = (work.Prepared.Type, work.Prepared.Identity);
        var gone = work.Action == ResourceActions.Delete ? identity : work.Prepared.FormerIdentity;
        if (gone is not null && _existing.TryGetValue(new ObjectReference(type.Name, gone), out var left) && !type.IsStandard(left))
        {
            return Fault(work, $"{type.Name} {gone} still exists after it was dropped", null);
        }

        if (work.Action == ResourceActions.Delete)
        {
            return null;
        }

        if (!_existing.TryGetValue(new ObjectReference(type.Name, identity), out var actual))
        {
            return Fault(work, $"{type.Name} {identity} does not exist after it was changed", null);
        }

        // What nothing existed of was never spelled by the server: only its existence can be checked.
        if (type.Normalizer is not null && work.Actual is null)
        {
            return null;
        }

        var attributes = type.Schema.Attributes;
        var desired = type.Creator is IKeepingHandler handler ? KeptAttributes.Complete(work.Desired!, Firm(work, handler), actual, handler) : work.Desired!;
        var differences = DefinitionComparison.Compare(
            SensitiveValues.Without(actual, attributes), SensitiveValues.Without(desired, attributes), type.Schema);
        return differences.Count == 0
            ? null
            : Fault(work, $"{type.Name} {identity} is not what was asked for after it was changed", DefinitionComparison.Explain(differences, "the database has", "asked for was"));
    }

    /// <summary>What was desired, without what the config leaves to the database and others have a say in too.</summary>
    private static JsonObject Firm(PlannedWork<TSession> work, IKeepingHandler handler)
    {
        var loose = handler.KeptLoosely.Where(attribute => work.Desired![attribute] is not null && work.Prepared.Described?[attribute] is null).ToList();
        if (loose.Count == 0)
        {
            return work.Desired!;
        }

        var firm = (JsonObject)work.Desired!.DeepClone();
        loose.ForEach(attribute => firm.Remove(attribute));
        return firm;
    }

    private static Diagnostic Fault(PlannedWork<TSession> work, string summary, string? differences) => Diagnostic.Error(
        DiagnosticCodes.Operation, summary, $"{differences}{(differences is null ? "" : ". ")}This is a bug of the provider.") with
    {
        Address = work.Address,
    };
}
