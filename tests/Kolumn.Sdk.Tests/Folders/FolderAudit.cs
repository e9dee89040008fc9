using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Tests.Folders;

/// <summary>Audit entries as files of the folder, one for each call: <c>kolumn~0001.json</c>.</summary>
internal sealed class FolderAudit : IAuditStore<FolderSession>
{
    private int _appended;

    /// <summary>How often the place was looked for.</summary>
    public int Searches { get; private set; }

    public Diagnostic? Obstacle { get; set; }

    public IReadOnlyList<Statement> Create { get; } = [new Statement("""{"do":"create","kind":"kolumn","name":"0000","definition":{"name":"0000","entries":[]}}""")];

    public Statement Append(IReadOnlyList<AuditEntry> entries) => new(new JsonObject
    {
        ["do"] = "create",
        ["kind"] = "kolumn",
        ["name"] = $"{++_appended:0000}",
        ["definition"] = new JsonObject { ["name"] = "x", ["entries"] = new JsonArray([.. entries.Select(e => PayloadJson.ToNode(new AuditResponse { Entries = [e] })!["entries"]![0]!.DeepClone())]) },
    }.ToJsonString());

    public Task<AuditPlace> FindAsync(FolderSession session, CancellationToken cancellationToken)
    {
        Searches++;
        return Task.FromResult(new AuditPlace(session.ReadAll("kolumn", null).Count > 0, Obstacle));
    }

    public Task<IReadOnlyList<StoredAuditEntry>> ReadAsync(FolderSession session, AuditQuery query, CancellationToken cancellationToken)
    {
        var entries = session.ReadAll("kolumn", null)
            .SelectMany(file => PayloadJson.FromNode<AuditResponse>(new JsonObject { ["entries"] = file["entries"]!.DeepClone() }).Entries)
            .Select((entry, index) => new StoredAuditEntry(index + 1, entry))
            .Where(e => (query.Action ?? e.Entry.Action) == e.Entry.Action
                && (query.Outcome ?? e.Entry.Outcome) == e.Entry.Outcome
                && (query.Actor ?? e.Entry.Actor) == e.Entry.Actor
                && (query.Name is null || e.Entry.Target.EndsWith("." + query.Name, StringComparison.Ordinal))
                && (query.ResourceType is null || e.Entry.Target.StartsWith(query.ResourceType + ".", StringComparison.Ordinal))
                && e.Entry.Timestamp >= (query.Since ?? DateTimeOffset.MinValue)
                && e.Entry.Timestamp < (query.Until ?? DateTimeOffset.MaxValue)
                && e.Position < (query.Before ?? long.MaxValue))
            .Reverse()
            .Take(query.Limit);
        return Task.FromResult<IReadOnlyList<StoredAuditEntry>>([.. entries]);
    }
}
