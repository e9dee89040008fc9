using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Migrations;

/// <summary>One step of a migration, ready to be run.</summary>
internal sealed record PlannedStep
{
    public required int Order { get; init; }

    public required string Description { get; init; }

    public required IReadOnlyList<Statement> Forward { get; init; }

    /// <summary>null: nothing undoes it.</summary>
    public IReadOnlyList<Statement>? Rollback { get; init; }

    public required string RiskLevel { get; init; }

    public IReadOnlyList<Hazard> Hazards { get; init; } = [];

    /// <summary>What undoing it may do.</summary>
    public IReadOnlyList<Hazard> RollbackHazards { get; init; } = [];

    /// <summary>What the step takes away that no statement brings back.</summary>
    public IReadOnlyList<RowLoss> Losses { get; init; } = [];

    public LedgerResource? Resource { get; init; }

    /// <summary>The tables whose rows or shape the step changes, as a statement spells them.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>Whether rows are inserted, updated or deleted by it, and so can be counted.</summary>
    public bool ChangesRows { get; init; }

    /// <summary>What is done in batches, which <see cref="Forward"/> only shows; null for a step of statements.</summary>
    public BatchedPlan? Batched { get; init; }

    public bool LosesData => Losses.Count > 0 || Batched?.Hazards.Any(h => h.Name == HazardNames.DataLoss) == true;

    public MigrationStep ToPayload(bool withBackup) => new()
    {
        Order = Order,
        Description = Description,
        Sql = Show(Forward),
        RollbackSql = Rollback is null ? null : Show(Rollback),
        Operation = Batched?.Operation.Name,
        Parameters = Batched?.Operation.Parameters,
        Reversible = Rollback is not null && (withBackup || !LosesData || Batched is not null),
        RiskLevel = RiskLevel,
        Hazards = Hazards.Count > 0 ? Hazards : null,
        Backups = withBackup && LosesData ? [.. Losses.Select(l => l.Table).OfType<string>().Distinct(StringComparer.Ordinal)] : null,
    };

    private static string Show(IReadOnlyList<Statement> statements) => LedgerStatement.Show(statements.Select(LedgerStatement.Of));
}

/// <summary>Rows or values that a step takes away.</summary>
/// <param name="Table">As a statement spells it; null where it cannot be told.</param>
/// <param name="Columns">Whose values are lost; for the other sorts none.</param>
internal sealed record RowLoss(string? Table, RowLossKind Kind, IReadOnlyList<string> Columns)
{
    public static RowLoss Unknown { get; } = new(null, RowLossKind.Table, []);
}

internal enum RowLossKind
{
    /// <summary>Every row.</summary>
    Table,

    /// <summary>Some rows.</summary>
    Rows,

    /// <summary>The values of some columns.</summary>
    Columns,
}
