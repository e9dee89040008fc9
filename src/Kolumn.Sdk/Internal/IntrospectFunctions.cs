using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Engine;

namespace Kolumn.Sdk.Internal;

/// <summary>DiscoverDatabase and Introspect: each type is read once, in one session, so that what they answer is of one moment.</summary>
internal sealed class IntrospectFunctions<TSession>(string provider, ResourceTypes<TSession> types, IDatabaseFacts<TSession>? facts, TimeProvider time)
    where TSession : IProviderSession
{
    private static readonly IntrospectOptions Everything = new() { IncludeSchema = true, IncludeMetrics = true, IncludeRelations = true, IncludeSecurity = true };

    public async Task<DiscoverDatabaseResponse> DiscoverAsync(DiscoverDatabaseRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        if (request.ObjectTypes.FirstOrDefault(t => !types.TryResolve(t, out _)) is { } unknown)
        {
            return Envelope.Failure<DiscoverDatabaseResponse>([types.Unresolved(unknown, null)]);
        }

        var start = time.GetTimestamp();
        await using var session = await call.Connection.OpenAsync(SessionMode.Read, cancellationToken);
        var known = facts is null ? null : await facts.ReadAsync(session, cancellationToken);
        var existing = await ReadAsync(session, cancellationToken);
        var wanted = request.ObjectTypes.Select(types.FullName).ToHashSet(StringComparer.Ordinal);
        var objects = existing
            .Where(e => wanted.Count == 0 || wanted.Contains(e.Value.Type.FullName))
            .Where(e => request.Schemas.Count == 0 || request.Schemas.Contains(SchemaOf(e.Value.Type, e.Value.Definition)))
            .Select(e => Describe(e.Key, e.Value, existing, known))
            .ToList();
        var notes = Notes(request, objects.Count);
        foreach (var type in types.All.Where(t => wanted.Count == 0 || wanted.Contains(t.FullName)))
        {
            notes.AddRange(await type.FindUnsupportedAsync(session, cancellationToken));
        }

        var kept = request.MaxObjects > 0 ? objects.Take(request.MaxObjects).ToList() : objects;
        return new DiscoverDatabaseResponse
        {
            Success = true,
            ProviderType = provider,
            DatabaseName = known?.Name ?? "",
            Objects = kept,
            Statistics = new DatabaseSummary
            {
                TotalObjects = objects.Count,
                ObjectCounts = objects.CountBy(o => o.Type).ToDictionary(StringComparer.Ordinal),
                TotalSizeBytes = known?.SizeBytes,
                SchemasCovered = [.. objects.Select(o => o.Schema).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            },
            Timestamp = time.GetUtcNow(),
            Duration = (long)time.GetElapsedTime(start).TotalNanoseconds,
            Diagnostics = notes.Count > 0 ? notes : null,
        };
    }

    public async Task<IntrospectResponse> IntrospectAsync(IntrospectRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        if (!types.TryResolve(request.ResourceType, out var type))
        {
            return Envelope.Failure<IntrospectResponse>([types.Unresolved(request.ResourceType, null)]);
        }

        var options = request.Options ?? Everything;
        var about = new IntrospectResponse
        {
            Success = true,
            Schema = options.IncludeSchema ? type.Schema : null,
            Metadata = new JsonObject { ["provider"] = provider, ["resource_type"] = type.FullName },
            Capabilities = type.Describe().Operations,
        };
        var asked = string.IsNullOrEmpty(request.ResourceId) ? request.Name : request.ResourceId;
        if (string.IsNullOrEmpty(asked))
        {
            return about;
        }

        var identity = string.IsNullOrEmpty(request.ResourceId) ? type.TryIdentityOf(new JsonObject { ["name"] = request.Name }) : request.ResourceId;
        if (identity is null)
        {
            return Envelope.Failure<IntrospectResponse>([Diagnostic.Error(
                DiagnosticCodes.InvalidRequest, $"the name alone does not say which {type.Name} is meant", "Send resource_id, as DiscoverDatabase answers it in full_name.")]);
        }

        await using var session = await call.Connection.OpenAsync(SessionMode.Read, cancellationToken);
        if ((await type.ReadAsync(session, [identity], cancellationToken)).FirstOrDefault() is not { Key: not null, Value: { } definition } found)
        {
            return Envelope.Failure<IntrospectResponse>([Diagnostic.Error(
                DiagnosticCodes.Operation, $"{type.Name} {identity} does not exist", "DiscoverResources lists what does.") with { Address = $"{type.FullName}.{asked}" }]);
        }

        // The database may spell it otherwise than it was asked for.
        var reference = new ObjectReference(type.Name, found.Key);
        about.Metadata["resource_id"] = reference.Identity;
        if (options.IncludeSecurity && definition["owner"] is { } owner)
        {
            about.Metadata["owner"] = owner.DeepClone();
        }

        var known = options.IncludeMetrics && facts is not null ? await facts.ReadAsync(session, cancellationToken) : null;
        return about with
        {
            Definition = RecordedState.Write(definition, null, type.Schema),
            Metrics = known?.Objects.GetValueOrDefault(reference),
            Relations = options.IncludeRelations ? Relations(reference, await ReadAsync(session, cancellationToken)) : null,
        };
    }

    /// <summary>Everything, type by type, in the order in which the handlers found it.</summary>
    private async Task<OrderedDictionary<ObjectReference, Existing>> ReadAsync(TSession session, CancellationToken cancellationToken)
    {
        var existing = new OrderedDictionary<ObjectReference, Existing>();
        var parts = await types.PartsAsync(session, cancellationToken);
        foreach (var type in types.All)
        {
            foreach (var (identity, definition) in await type.ReadAsync(session, null, cancellationToken))
            {
                var reference = new ObjectReference(type.Name, identity);
                if (!parts.Contains(reference))
                {
                    existing[reference] = new Existing(type, definition);
                }
            }
        }

        return existing;
    }

    private static IReadOnlyList<ObjectRelation> Relations(ObjectReference self, OrderedDictionary<ObjectReference, Existing> existing) =>
    [
        .. Requires(self, existing).Select(r => Relation("depends_on", r, existing)),
        .. existing.Keys
            .Where(other => Requires(other, existing).Contains(self))
            .Select(other => Relation(self.Type == "schema" ? "contains" : "references", other, existing)),
    ];

    private static ObjectRelation Relation(string kind, ObjectReference other, OrderedDictionary<ObjectReference, Existing> existing) =>
        new() { RelationType = kind, ResourceType = existing[other].Type.FullName, ResourceId = other.Identity };

    private static DatabaseObject Describe(
        ObjectReference self, Existing found, OrderedDictionary<ObjectReference, Existing> existing, DatabaseFacts? known)
    {
        var (type, definition) = found;
        var dependencies = Requires(self, existing).Select(r => $"{existing[r].Type.FullName}.{r.Identity}").ToList();
        return new DatabaseObject
        {
            Type = type.FullName,
            Schema = SchemaOf(type, definition) is { Length: > 0 } schema ? schema : null,
            Name = TextOf(definition, "name") ?? self.Identity,
            FullName = self.Identity,
            Definition = RecordedState.Write(definition, null, type.Schema),
            Dependencies = dependencies.Count > 0 ? dependencies : null,
            Statistics = known?.Objects.GetValueOrDefault(self),
        };
    }

    /// <summary>What the object needs, of what exists: a handler that cannot tell a table from a view names both.</summary>
    private static IEnumerable<ObjectReference> Requires(ObjectReference self, OrderedDictionary<ObjectReference, Existing> existing)
    {
        var (type, definition) = existing[self];
        return HandlerCall.Run(type.Name, nameof(ICreateHandler.Requires), () => type.Creator.Requires(definition).ToList())
            .Distinct()
            .Where(r => r != self && existing.ContainsKey(r));
    }

    // A schema belongs to itself.
    private static string SchemaOf(ResourceType<TSession> type, JsonObject definition) => TextOf(definition, type.Name == "schema" ? "name" : "schema") ?? "";

    private static string? TextOf(JsonObject definition, string member) =>
        definition[member] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    private static List<Diagnostic> Notes(DiscoverDatabaseRequest request, int count)
    {
        var notes = new List<Diagnostic>();
        if (request.MaxObjects > 0 && count > request.MaxObjects)
        {
            notes.Add(Diagnostic.Warning("TRUNCATED", $"{count - request.MaxObjects} more objects exist", "Raise max_objects, or ask for fewer schemas or object_types."));
        }

        if (request.IncludeSystem)
        {
            notes.Add(Diagnostic.Warning(DiagnosticCodes.InvalidValue, "objects of the database system are never read") with { Attribute = AttributePath.Of("include_system") });
        }

        if (request.SampleData)
        {
            notes.Add(Diagnostic.Warning(DiagnosticCodes.InvalidValue, "rows are never read") with { Attribute = AttributePath.Of("sample_data") });
        }

        return notes;
    }

    private sealed record Existing(ResourceType<TSession> Type, JsonObject Definition);
}
