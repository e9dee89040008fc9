using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Engine;

/// <summary>What is to be done with one resource, and why.</summary>
internal sealed record PlannedWork<TSession>
    where TSession : IProviderSession
{
    public required PreparedResource<TSession> Prepared { get; init; }

    /// <summary>What exists under the described identity; null when nothing does.</summary>
    public JsonObject? Actual { get; init; }

    /// <summary>What exists under the recorded identity where that is another one.</summary>
    public JsonObject? Former { get; init; }

    /// <summary>What shall exist, in the catalog's spelling where that is known; null for a delete.</summary>
    public JsonObject? Desired { get; init; }

    /// <summary>One of <see cref="ResourceActions"/>.</summary>
    public required string Action { get; init; }

    public string? Reason { get; init; }

    public IReadOnlyDictionary<string, AttributeChange>? Changes { get; init; }

    public IReadOnlyDictionary<string, AttributeChange>? Drift { get; init; }

    /// <summary>Run first of all: everything after them finds things under their new names.</summary>
    public IReadOnlyList<RenameStep> Renames { get; init; } = [];

    /// <summary>Run after all renamings: what is named after a renamed object takes its new name.</summary>
    public IReadOnlyList<Statement> Following { get; init; } = [];

    /// <summary>Run ahead of all changes, dependants first: a drop that must not wait, because what the object is made from changes.</summary>
    public IReadOnlyList<Statement> Before { get; init; } = [];

    /// <summary>null where the handler does its changes itself.</summary>
    public IReadOnlyList<Statement>? Statements { get; init; }

    /// <summary>Those of <see cref="Statements"/> that belong into the transaction; empty where the handler does its changes itself.</summary>
    public IEnumerable<Statement> Inside => (Statements ?? []).TakeWhile(s => s.Place == StatementPlace.InTransaction);

    /// <summary>Those that run after its commit.</summary>
    public IEnumerable<Statement> Outside => (Statements ?? []).SkipWhile(s => s.Place == StatementPlace.InTransaction);

    public bool HasOutside => Outside.Any();

    /// <summary>Run once everything else has been changed: what has to wait until all that it refers to exists.</summary>
    public IReadOnlyList<Statement> After { get; init; } = [];

    public IReadOnlyList<Statement>? Rollback { get; init; }

    /// <summary>Of a change that the handler makes itself; statements carry their own.</summary>
    public IReadOnlyList<Hazard> OwnHazards { get; init; } = [];

    public string RiskLevel { get; init; } = "low";

    public string Address => Prepared.Address;

    /// <summary>Where a deleted object goes; null when it is dropped, or is no delete.</summary>
    public string? QuarantineLocation { get; init; }

    /// <summary>Of the entry in the ledger that it can be restored from.</summary>
    public string? QuarantineId { get; init; }

    /// <summary>Run ahead of everything: what makes the place for entries where this is the first of them.</summary>
    public IReadOnlyList<Statement> Place { get; init; } = [];

    /// <summary>What writes that entry; among <see cref="Statements"/> too.</summary>
    public IReadOnlyList<Statement> Ledger { get; init; } = [];

    /// <summary>Whether that entry is written before the object goes.</summary>
    public bool IsLedgerFirst { get; init; }

    /// <summary>The object is not dropped: it is moved, or goes with what it is a part of.</summary>
    public bool IsKept { get; init; }

    /// <summary>The address of what it is a part of, and is there until that is moved; null for what goes by itself.</summary>
    public string? GoesWith { get; init; }

    /// <summary>For people, beside what is done.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>What a delete or a replace takes away.</summary>
    public JsonObject? Doomed => Former ?? Actual;

    public IReadOnlyList<Hazard> Hazards =>
    [
        .. AllStatements.SelectMany(s => s.Hazards),
        .. OwnHazards,
        .. HasOutside ? [new Hazard(HazardNames.OutsideTransaction, OutsideTransaction)] : Array.Empty<Hazard>(),
    ];

    public IEnumerable<Statement> AllStatements => Place.Concat(Renames.SelectMany(r => r.Statements)).Concat(Following).Concat(Before).Concat(Statements ?? []).Concat(After);

    /// <summary>Whether the database will be changed.</summary>
    public bool IsChange => Action switch
    {
        ResourceActions.Create or ResourceActions.Update or ResourceActions.Replace => true,
        ResourceActions.Delete => Prepared.MovedTo is null && Actual is not null,
        _ => false,
    };

    /// <summary>The same change whose object is taken away by these statements, beside the entry in the ledger.</summary>
    public PlannedWork<TSession> Leaving(IReadOnlyList<Statement> statements) => this with { Statements = IsLedgerFirst ? [.. Ledger, .. statements] : [.. statements, .. Ledger] };

    /// <param name="created">Identities of what the plan creates: nobody waits for a lock on that.</param>
    public PlannedResource ToPayload(IReadOnlySet<string> created) => new()
    {
        ResourceType = Prepared.Request.ResourceType,
        Name = Prepared.Request.Name,
        Address = Address,
        Action = Action,
        Changes = Changes is { Count: > 0 } ? Changes : null,
        Drift = Drift is { Count: > 0 } ? Drift : null,
        Dependencies = Prepared.Dependencies.Count > 0 ? Prepared.Dependencies : null,
        Reason = Reason,
        QuarantineLocation = QuarantineLocation,
        QuarantineId = QuarantineId,
        Warnings = Warnings,
        RiskLevel = IsChange ? RiskLevel : null,
        RequiresReplace = Action == ResourceActions.Replace,
        Statements = AllStatements.Any() ? [.. AllStatements.Select(Show)] : null,
        RollbackStatements = Rollback is { Count: > 0 } ? [.. Rollback.Select(Show)] : null,
        Hazards = Hazards is { Count: > 0 } hazards ? hazards : null,
        Locks = LockSummary.Strongest(AllStatements, created) is { Count: > 0 } locks ? locks : null,
        StatementDetails = LockSummary.Details(AllStatements, created),
    };

    /// <summary>With the type's full name, however the request spelled it.</summary>
    public string FullAddress => new ResourceAddress(Prepared.Type.FullName, Prepared.Request.Name).ToString();

    /// <summary>A text without the sensitive values of this resource, plain or quoted.</summary>
    public string Redact(string text)
    {
        var attributes = Prepared.Type.Schema.Attributes;
        if (!SensitiveValues.Holds(attributes))
        {
            return text;
        }

        return new[] { Desired, Actual, Former }
            .OfType<JsonObject>()
            .SelectMany(d => SensitiveValues.TextsIn(d, attributes))
            .SelectMany(secret => new[] { secret, secret.Replace("'", "''", StringComparison.Ordinal) })
            .Aggregate(text, (kept, secret) => kept.Replace(secret, Secret.Redacted, StringComparison.Ordinal));
    }

    private string OutsideTransaction => Inside.Any() || After.Count > 0
        ? "It is finished after the commit, without a transaction: a failure there leaves what was committed until then, and the next plan goes on from it."
        : "It is done after the commit, without a transaction: a failure there undoes nothing else, and the next plan tries again.";

    // DDL takes no parameters, so a password stands in a statement's text.
    private string Show(Statement statement) => Redact(statement.Text);
}
