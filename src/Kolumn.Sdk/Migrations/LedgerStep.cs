using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Migrations;

/// <summary>One step as the ledger keeps it: what was done, and everything that undoing it needs.</summary>
internal sealed record LedgerStep
{
    public int Order { get; init; }

    public string Description { get; init => field = value ?? ""; } = "";

    public IReadOnlyList<LedgerStatement> Forward { get; init => field = value ?? []; } = [];

    /// <summary>null: nothing undoes it.</summary>
    public IReadOnlyList<LedgerStatement>? Rollback { get; init; }

    public string RiskLevel { get; init => field = value ?? ""; } = "";

    public IReadOnlyList<Hazard> Hazards { get; init => field = value ?? []; } = [];

    public bool LosesData { get; init; }

    /// <summary>What undoing it may do.</summary>
    public IReadOnlyList<Hazard> RollbackHazards { get; init => field = value ?? []; } = [];

    public IReadOnlyList<RowBackup> Backups { get; init => field = value ?? []; } = [];

    /// <summary>What the step takes away, for a run that goes on after a stop.</summary>
    public IReadOnlyList<RowLoss> Losses { get; init => field = value ?? []; } = [];

    /// <summary>What a computed step did to which object; null for a step that somebody wrote.</summary>
    public LedgerResource? Resource { get; init; }

    public long DurationMs { get; init; }

    /// <summary>How many of <see cref="Forward"/> have taken effect, one more when what comes after them is done too; null where a migration happens as a whole.</summary>
    public int? Done { get; init; }

    /// <summary>As <see cref="Done"/>, of <see cref="Rollback"/>.</summary>
    public int? Undone { get; init; }

    /// <summary>What the catalog was like before the statement that is being run, unless it is one that the journal shares a transaction with.</summary>
    public string? Before { get; init; }

    /// <summary>Rows that it inserted, updated and deleted; null where they were not counted.</summary>
    public long? RowsAffected { get; init; }

    /// <summary>What is done in batches instead of by <see cref="Forward"/>, which shows it; null for a step of statements.</summary>
    public BatchedOperation? Operation { get; init; }

    /// <summary>How many documents were to be changed by <see cref="Operation"/> when it was planned.</summary>
    public long? Expected { get; init; }

    /// <summary>How far <see cref="Operation"/> is; null: it has not begun.</summary>
    public BatchProgress? Progress { get; init; }

    /// <summary>As <see cref="Progress"/>, of undoing it.</summary>
    public BatchProgress? Undoing { get; init; }

    [JsonIgnore]
    public bool HasBegun => Done > 0 || Before is not null || Progress is not null;

    [JsonIgnore]
    public bool IsComplete => Done > Forward.Count;

    /// <summary>Whether undoing it brings everything back.</summary>
    [JsonIgnore]
    public bool IsReversible => Rollback is not null && (!LosesData || Backups.Count > 0 || Operation?.Place is not null);

    public static LedgerStep Of(PlannedStep step, IReadOnlyList<RowBackup> backups, long durationMs) => new()
    {
        Order = step.Order,
        Description = step.Description,
        Forward = [.. step.Forward.Select(LedgerStatement.Of)],
        Rollback = step.Rollback is { } rollback ? [.. rollback.Select(LedgerStatement.Of)] : null,
        RiskLevel = step.RiskLevel,
        Hazards = step.Hazards,
        LosesData = step.LosesData,
        RollbackHazards = step.RollbackHazards,
        Backups = backups,
        Resource = step.Resource,
        DurationMs = durationMs,
        Operation = step.Batched?.Operation,
        Expected = step.Batched?.Documents,
    };

    public static string Write(IReadOnlyList<LedgerStep> steps) => JsonSerializer.Serialize(steps, LedgerJson.Default.IReadOnlyListLedgerStep);

    /// <exception cref="JsonException">Somebody has written something else into the ledger.</exception>
    public static IReadOnlyList<LedgerStep> Read(string json) =>
        JsonSerializer.Deserialize(json, LedgerJson.Default.IReadOnlyListLedgerStep) ?? throw new JsonException("The steps are null.");

    public MigrationStep ToPayload() => new()
    {
        Order = Order,
        Description = Description,
        Sql = LedgerStatement.Show(Forward),
        RollbackSql = Rollback is null ? null : LedgerStatement.Show(Rollback),
        Operation = Operation?.Name,
        Parameters = Operation?.Parameters,
        Reversible = IsReversible,
        RiskLevel = RiskLevel,
        Hazards = Hazards.Count > 0 ? Hazards : null,
        Backups = Backups.Count > 0 ? [.. Backups.Select(b => b.Place)] : null,
        DurationMs = DurationMs,
        RowsAffected = RowsAffected,
    };
}

internal sealed record LedgerStatement(string Text, IReadOnlyList<string?> Parameters)
{
    public static LedgerStatement Of(Statement statement) => new(statement.Text, [.. statement.Parameters.Select(p => p?.ToString())]);

    public static string Show(IEnumerable<LedgerStatement> statements) => string.Join(";\n", statements.Select(s => s.Text));

    public Statement ToStatement() => new(Text) { Parameters = [.. Parameters] };
}

/// <param name="Before">Its definition; null when it did not exist.</param>
/// <param name="After">Its definition; null when it does not exist any more.</param>
internal sealed record LedgerResource(string Type, string Identity, JsonObject? Before, JsonObject? After);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<LedgerStep>))]
internal sealed partial class LedgerJson : JsonSerializerContext;
