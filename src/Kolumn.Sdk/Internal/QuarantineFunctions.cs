using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Engine;

namespace Kolumn.Sdk.Internal;

/// <summary>
/// What can be done with the quarantine, carried by the functions that do the same with what is in use: DiscoverResources lists it
/// where its filters say <c>status = quarantined</c>, CreateResource brings an entry back and DeleteResource drops one for good where
/// their options name it.
/// </summary>
internal sealed class QuarantineFunctions<TSession>(ResourceTypes<TSession> types)
    where TSession : IProviderSession
{
    public static bool IsListing(DiscoverResourcesRequest request) =>
        request.Filters?["status"] is JsonValue status && status.GetValueKind() == JsonValueKind.String && status.GetValue<string>() == "quarantined";

    /// <summary>Everything in quarantine, of one type where one is named, oldest first.</summary>
    public async Task<DiscoverResourcesResponse> ListAsync(DiscoverResourcesRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        var wanted = request.ResourceType is "" or "*" ? null : types.FullName(request.ResourceType);
        await using var session = await call.Connection.OpenAsync(SessionMode.Read, cancellationToken);
        var entries = call.Quarantine.Store is { } store ? await store.ReadAsync(session, cancellationToken) ?? [] : [];
        return new DiscoverResourcesResponse
        {
            Success = true,
            Resources = [.. entries.Where(e => wanted is null || e.ResourceType == wanted).Select(Describe)],
        };
    }

    /// <summary>
    /// <list type="number">
    /// <item>finds the entry, and that nothing has taken its name;</item>
    /// <item>brings it back with its parts, and takes them off the ledger;</item>
    /// <item>reads what there is now: where it differs from what there was, that is said.</item>
    /// </list>
    /// </summary>
    public async Task<CreateResourceResponse> RestoreAsync(CreateResourceRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        await using var lease = await call.OpenAsync(SessionMode.Write, request.TransactionId, cancellationToken);
        var (store, entry, parts) = await FindAsync(call, lease.Session, request.Options!.QuarantineId!, cancellationToken); // 1
        var type = TypeOf(entry);
        if ((await type.ReadAsync(lease.Session, [entry.Identity], cancellationToken)).Values.Any(existing => !type.IsStandard(existing)))
        {
            throw Refuse($"{type.Name} {entry.Identity} exists: what is in quarantine cannot take its place", $"Rename or remove it first, then restore {entry.Id} again.");
        }

        var known = await KnownAsync(lease.Session, type, entry, cancellationToken);
        var remove = store.Remove([entry.Id, .. parts.Select(p => p.Id)]);
        try
        {
            await lease.Session.ExecuteAsync([.. BringBack(type, entry, known.Contains), remove], cancellationToken); // 2
        }
        catch (StatementFailedException misfit) when (!call.Quarantine.IsAtomic && entry.Location is not null && misfit.Diagnostic is { Retryable: false, Code: not DiagnosticCodes.Connection })
        {
            // Nothing undoes what was run until then; and without what it refers to, which may not fit any more, it comes back all the same.
            await lease.Session.ExecuteAsync([.. BringBack(type, entry, _ => false), remove], cancellationToken);
        }

        var found = (await type.ReadAsync(lease.Session, [entry.Identity], cancellationToken)).Values.FirstOrDefault() // 3
            ?? throw Refuse($"{type.Name} {entry.Identity} does not exist after it was restored", "This is a bug of the provider. Nothing was changed.");
        var unrecorded = await call.Audit.RecordAsync(lease.Session, [call.Audit.Of(entry.Address, "restore", DetailsOf(entry))], cancellationToken);
        await lease.CommitAsync(CancellationToken.None);
        var state = RecordedState.Write(found, null, type.Schema);
        lease.OnceCertain(() =>
        {
            call.Audit.Committed(unrecorded is null ? 1 : 0);
            call.State.Record(
                new Dictionary<string, ResourceInstance?> { [entry.Address] = new() { Type = entry.ResourceType, Name = entry.Name, State = (JsonObject)state.DeepClone() } }, types.FullName);
        });
        var missing = DefinitionComparison.Compare(entry.Definition, state, type.Schema);
        return new CreateResourceResponse
        {
            Success = true,
            ResourceId = entry.Identity,
            State = state,
            Diagnostics = missing.Count == 0 ? null :
            [
                Diagnostic.Warning("NOT_FULLY_RESTORED", $"{type.Name} {entry.Identity} is not quite as it was", $"{DefinitionComparison.Explain(missing, "it had", "it has now")}.") with
                {
                    Address = entry.Address,
                },
            ],
        };
    }

    public async Task<DeleteResourceResponse> PurgeAsync(DeleteResourceRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        await using var lease = await call.OpenAsync(SessionMode.Write, request.TransactionId, cancellationToken);
        var (store, entry, parts) = await FindAsync(call, lease.Session, request.Options!.QuarantineId!, cancellationToken);
        if (!request.Options.Force && entry.ExpiresAt > call.Quarantine.Time.GetUtcNow())
        {
            throw Refuse($"{entry.Address} is kept until {entry.ExpiresAt:yyyy-MM-dd HH:mm} UTC", "Set options.force to drop it before.");
        }

        var statements = TypeOf(entry).Quarantiner is { } handler && entry.Location is not null
            ? HandlerCall.Run(entry.Address, nameof(handler.Purge), () => handler.Purge(entry.Definition, entry.Id))
            : [];
        await ExecuteAloneAsync(lease, entry, [.. statements.Where(s => s.Place == StatementPlace.Alone)], cancellationToken);
        await lease.Session.ExecuteAsync([.. statements.Where(s => s.Place != StatementPlace.Alone), store.Remove([entry.Id, .. parts.Select(p => p.Id)])], cancellationToken);
        var unrecorded = await call.Audit.RecordAsync(lease.Session, [call.Audit.Of(entry.Address, "purge", DetailsOf(entry))], cancellationToken);
        await lease.CommitAsync(CancellationToken.None);
        lease.OnceCertain(() => call.Audit.Committed(unrecorded is null ? 1 : 0));
        return new DeleteResourceResponse { Success = true, BeforeState = entry.Definition };
    }

    private static IReadOnlyList<Statement> BringBack(ResourceType<TSession> type, QuarantineEntry entry, Func<ObjectReference, bool> exists) =>
        type.Quarantiner is { } handler && entry.Location is not null
            ? HandlerCall.Run(entry.Address, nameof(handler.Restore), () => handler.Restore(entry.Definition, entry.Id, exists))
            : HandlerCall.Run(entry.Address, nameof(type.Statements.Create), () => type.Statements!.Create(entry.Definition));

    /// <summary>What no transaction can hold comes first: an end after it leaves an entry without its object, which purging again takes off.</summary>
    private static async Task ExecuteAloneAsync(SessionLease<TSession> lease, QuarantineEntry entry, IReadOnlyList<Statement> statements, CancellationToken cancellationToken)
    {
        if (statements.Count == 0)
        {
            return;
        }

        if (!lease.CanContinue)
        {
            throw Refuse($"{entry.Address} cannot be dropped in a transaction", "Nothing was changed. Purge it in a call without transaction_id.");
        }

        var session = (IContinuingSession)lease.Session;
        await session.CommitAsync(cancellationToken);
        foreach (var statement in statements)
        {
            await session.ExecuteAloneAsync(statement, cancellationToken);
        }

        await session.BeginAsync(cancellationToken);
    }

    private static async Task<(IQuarantineStore<TSession> Store, QuarantineEntry Entry, IReadOnlyList<QuarantineEntry> Parts)> FindAsync(
        Call<TSession> call, TSession session, string id, CancellationToken cancellationToken)
    {
        var store = call.Quarantine.Store ?? throw Refuse("this provider keeps no quarantine", "What it deletes is dropped.");
        var entries = await store.ReadAsync(session, cancellationToken) ?? [];
        var entry = entries.FirstOrDefault(e => e.Id == id) ?? throw Refuse($"nothing in quarantine has the id {id}", "It may have been restored or purged already.");
        return entry.PartOf is null
            ? (store, entry, [.. entries.Where(e => e.PartOf == id)])
            : throw Refuse($"{entry.Address} is a part of what has the id {entry.PartOf}", "It comes and goes with that.");
    }

    /// <summary>Which of the things that the definition refers to exist, asked for type by type.</summary>
    private async Task<HashSet<ObjectReference>> KnownAsync(TSession session, ResourceType<TSession> type, QuarantineEntry entry, CancellationToken cancellationToken)
    {
        var known = new HashSet<ObjectReference> { new(type.Name, entry.Identity) };
        var referred = type.Creator.Requires(entry.Definition).Concat(type.Creator is IOrderPreferringHandler prefers ? prefers.Prefers(entry.Definition) : []);
        foreach (var group in referred.GroupBy(r => r.Type))
        {
            if (types.TryResolve(group.Key, out var other))
            {
                var found = await other.ReadAsync(session, group.Select(r => r.Identity).ToHashSet(StringComparer.Ordinal), cancellationToken);
                known.UnionWith(found.Keys.Select(identity => new ObjectReference(other.Name, identity)));
            }
        }

        return known;
    }

    private ResourceType<TSession> TypeOf(QuarantineEntry entry) =>
        types.TryResolve(entry.ResourceType, out var type) ? type : throw new ProviderException(types.Unresolved(entry.ResourceType, entry.Address));

    private DiscoveredResource Describe(QuarantineEntry entry) => new()
    {
        Type = entry.ResourceType,
        Name = entry.Name,
        Config = types.TryResolve(entry.ResourceType, out var type) ? HandlerCall.Run(type.Name, nameof(type.Discoverer.ToConfig), () => type.Discoverer.ToConfig(entry.Definition)) : [],
        State = entry.Definition,
        Quarantine = new QuarantineRecord
        {
            Id = entry.Id,
            Location = entry.Location,
            PartOf = entry.PartOf,
            Actor = entry.Actor,
            QuarantinedAt = entry.QuarantinedAt,
            ExpiresAt = entry.ExpiresAt,
        },
    };

    private static JsonObject DetailsOf(QuarantineEntry entry) => new() { ["identity"] = entry.Identity, ["quarantine_id"] = entry.Id };

    private static ProviderException Refuse(string summary, string detail) => new(Diagnostic.Error(DiagnosticCodes.Validation, summary, detail));
}
