using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk;

/// <summary>
/// Migrations of a database without tables: steps are operations on the fields of a resource's documents, made in batches of which the journal knows the last one. Each
/// batch is written so that it can be made twice, and what it takes to undo it is kept in the database before anything is changed.
/// </summary>
public interface IBatchedMigrations<in TSession> : IMigrationJournal<TSession>
    where TSession : IProviderSession
{
    /// <summary>The names of the operations, for <see cref="MigrationStep.Operation"/>.</summary>
    IReadOnlyList<string> Operations { get; }

    /// <summary>Why the parameters cannot be meant, without a look at the database; null when they can.</summary>
    string? FaultOf(string operation, JsonObject parameters);

    /// <summary>Why it is no query of <see cref="IMigrationLedger{TSession}.AskAsync"/>; null when it is one.</summary>
    string? FaultOfQuery(string query);

    /// <summary>Looks at every document that the operation is about, and changes none.</summary>
    /// <param name="resource">Whose documents are meant; its identity as the user spells it.</param>
    /// <param name="withBackup">Whether values are kept that only a rollback needs.</param>
    /// <exception cref="ProviderException">There is no such resource, or documents stand against the operation.</exception>
    Task<BatchedPlan> PlanAsync(TSession session, string operation, ObjectReference resource, JsonObject parameters, bool withBackup, CancellationToken cancellationToken);

    /// <summary>Makes the next batch.</summary>
    /// <exception cref="ProviderException">A document stands against the operation, or the database refuses. What was done before stays.</exception>
    Task<BatchProgress> RunAsync(TSession session, BatchedOperation operation, BatchProgress progress, CancellationToken cancellationToken);

    /// <summary>Undoes the next batch, from what was kept.</summary>
    /// <param name="force">Whether values that were written since may be lost.</param>
    /// <exception cref="ProviderException">As of <see cref="RunAsync"/>.</exception>
    Task<BatchProgress> UndoAsync(TSession session, BatchedOperation operation, BatchProgress progress, bool force, CancellationToken cancellationToken);

    /// <summary>What is kept for the rollback: how much, and a sum over it that does not depend on its order.</summary>
    Task<RowDigest> DigestAsync(TSession session, BatchedOperation operation, CancellationToken cancellationToken);

    /// <summary>How many of the documents that the operation changed were changed since, where it did.</summary>
    Task<long> CountChangedAsync(TSession session, BatchedOperation operation, CancellationToken cancellationToken);

    /// <summary>Drops what was kept, if anything is.</summary>
    Task ForgetAsync(TSession session, BatchedOperation operation, CancellationToken cancellationToken);
}

/// <summary>An operation with everything that it takes to make and undo it.</summary>
public sealed record BatchedOperation
{
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Of the resource.</summary>
    public string Resource { get; init => field = value ?? ""; } = "";

    public JsonObject Parameters { get; init => field = value ?? []; } = [];

    /// <summary>Where it is kept what undoing it needs; null: nothing is kept, and nothing undoes it.</summary>
    public string? Place { get; init; }
}

/// <summary>What an operation would do.</summary>
public sealed record BatchedPlan
{
    public required BatchedOperation Operation { get; init; }

    public required string Description { get; init; }

    /// <summary>The same as one statement, to be read.</summary>
    public required Statement Forward { get; init; }

    /// <summary>As <see cref="Forward"/>; null: nothing undoes it.</summary>
    public Statement? Rollback { get; init; }

    public string RiskLevel { get; init; } = "medium";

    /// <summary>Those with <see cref="HazardNames.DataLoss"/> have to be allowed.</summary>
    public IReadOnlyList<Hazard> Hazards { get; init; } = [];

    /// <summary>Which documents would be changed, as a number.</summary>
    public required long Documents { get; init; }
}

/// <summary>How far an operation is.</summary>
public sealed record BatchProgress
{
    public static BatchProgress Begin { get; } = new();

    /// <summary>The last document of the last batch, in the provider's own words; null: at the beginning.</summary>
    public string? Position { get; init; }

    /// <summary>How many documents were changed.</summary>
    public long Changed { get; init; }

    /// <summary>How many of them since the last beginning at the first document.</summary>
    public long ChangedInPass { get; init; }

    public bool IsComplete { get; init; }
}
