using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Json;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Sql;

namespace Kolumn.Sdk.Migrations;

/// <summary>What can be said of a migration without a look at the database.</summary>
internal static class MigrationChecks
{
    public const int MaxSteps = 1000;
    private const int MaxIdLength = 200;

    public const string Forward = "forward";
    public const string Backward = "backward";

    private static readonly string[] Operations =
    [
        MigrationOperations.AddColumn, MigrationOperations.DropColumn, MigrationOperations.RenameColumn, MigrationOperations.ChangeType, MigrationOperations.AlterColumn,
    ];

    /// <summary>The id and the options: all that a rollback needs.</summary>
    /// <param name="direction">Which way the function goes.</param>
    public static List<Diagnostic> FaultsOfCall(MigrationRequest request, string direction)
    {
        var faults = new List<Diagnostic>();
        if (string.IsNullOrWhiteSpace(request.MigrationId))
        {
            faults.Add(Fault("migration_id", "the migration has no id", "It is what the database remembers it by, for example \"20250314_add_email\"."));
        }
        else if (request.MigrationId.Length > MaxIdLength || request.MigrationId.Any(char.IsControl))
        {
            faults.Add(Fault("migration_id", "the migration_id is too long or holds control characters", $"It has 1 to {MaxIdLength} characters."));
        }

        if (request.Direction is { Length: > 0 } asked && asked != direction)
        {
            faults.Add(Fault("direction", $"this function goes {direction}", "ApplyMigration goes forward, RollbackMigration goes backward."));
        }

        faults.AddRange(MigrationSafetyRules.FaultsOf(request));
        return faults;
    }

    /// <summary>What a migration of documents does to them: its steps, or the one that column and to_type stand for.</summary>
    public static IReadOnlyList<MigrationStep> OperationsOf(MigrationRequest request) => request.Steps.Count > 0 || string.IsNullOrEmpty(request.Column) ? request.Steps :
    [
        new MigrationStep
        {
            Description = request.Description,
            Operation = MigrationOperations.ConvertType,
            Parameters = new JsonObject(new Dictionary<string, JsonNode?> { ["field"] = request.Column, ["from_type"] = request.FromType, ["to_type"] = request.ToType }.Where(p => !string.IsNullOrEmpty((string?)p.Value))),
        },
    ];

    public static List<Diagnostic> FaultsOf<TSession>(MigrationRequest request, MigrationMeans<TSession> means)
        where TSession : IProviderSession
    {
        var faults = FaultsOfCall(request, Forward);
        string?[] ways =
        [
            request.Steps.Count > 0 ? "steps" : null,
            Holds(request.FromState) || Holds(request.ToState) ? "from_state and to_state" : null,
            !string.IsNullOrEmpty(request.Column) || !string.IsNullOrEmpty(request.ToType) ? "column and to_type" : null,
        ];
        switch (ways.OfType<string>().ToList())
        {
            case []:
                faults.Add(Fault("steps", "the migration does nothing", "Give it steps, or from_state and to_state of a resource, or column and to_type."));
                break;
            case [_, _, ..] given:
                faults.Add(Fault("steps", $"the migration says in more than one way what it does: {string.Join("; ", given)}", "Keep one of them."));
                break;
        }

        if (request.Steps.Count > MaxSteps)
        {
            faults.Add(Fault("steps", $"the migration has {request.Steps.Count} steps, {MaxSteps} is the limit", "Divide it."));
            return faults;
        }

        if (means.Journal is not null && request.Safety is { LockTable: true })
        {
            faults.Add(Fault("safety.lock_table", "no lock of this database lasts as long as a migration does", "Each change of an object commits by itself. Leave lock_table out, and keep writers away by other means."));
        }

        if (means.Tables is not { Dialect: var dialect })
        {
            faults.AddRange(DocumentFaults(request, means.Documents!));
            return faults;
        }

        var soFar = faults.Count;
        faults.AddRange(request.Steps.SelectMany((step, at) => StepFaults(step, AttributePath.Of("steps").Element(at), dialect)));
        if (request.Safety is { LockTable: true } && faults.Count == soFar && MigrationSafetyRules.TablesOf(request, dialect, name => name).Count == 0)
        {
            faults.Add(Fault("safety.lock_table", "it cannot be told which table to lock", "Name it in resource_name, or take the lock in a step."));
        }

        foreach (var (precheck, at) in request.Prechecks.Select((p, at) => (p, at)))
        {
            var fault = SqlScript.FaultOf(precheck.Sql, dialect) ?? (SqlScript.Split(precheck.Sql!, dialect).Count == 1 ? null : "it is more than one query");
            if (fault is not null)
            {
                faults.Add(Diagnostic.Error(DiagnosticCodes.InvalidValue, $"the query of the precheck cannot be asked: {fault}") with { Attribute = AttributePath.Of("prechecks").Element(at).Member("sql") });
            }
        }

        return faults;
    }

    private static IEnumerable<Diagnostic> DocumentFaults<TSession>(MigrationRequest request, IBatchedMigrations<TSession> documents)
        where TSession : IProviderSession
    {
        if (!string.IsNullOrEmpty(request.TransactionId))
        {
            yield return Fault("transaction_id", "a migration of documents is no part of a transaction", "It is made in batches, each of which takes effect by itself. Leave transaction_id out.");
        }

        foreach (var (step, at) in OperationsOf(request).Select((s, at) => (s, at)))
        {
            var place = AttributePath.Of("steps").Element(at);
            if (!string.IsNullOrWhiteSpace(step.Sql) || !documents.Operations.Contains(step.Operation ?? ""))
            {
                var summary = !string.IsNullOrWhiteSpace(step.Sql) ? "this database has no SQL: a step is an operation" : $"there is no operation \"{step.Operation}\"";
                yield return Diagnostic.Error(DiagnosticCodes.InvalidValue, summary, $"Known operations: {string.Join(", ", documents.Operations)}.") with { Attribute = place.Member(string.IsNullOrWhiteSpace(step.Sql) ? "operation" : "sql") };
            }
            else if (documents.FaultOf(step.Operation!, step.Parameters ?? []) is { } fault)
            {
                yield return Diagnostic.Error(DiagnosticCodes.InvalidValue, $"\"{step.Operation}\" cannot be meant: {fault}") with { Attribute = place.Member("parameters") };
            }
        }

        foreach (var (precheck, at) in request.Prechecks.Select((p, at) => (p, at)))
        {
            if (documents.FaultOfQuery(precheck.Sql ?? "") is { } fault)
            {
                yield return Diagnostic.Error(DiagnosticCodes.InvalidValue, $"the query of the precheck cannot be asked: {fault}") with { Attribute = AttributePath.Of("prechecks").Element(at).Member("sql") };
            }
        }
    }

    /// <summary>What a migration does, whatever it is called and however carefully it is done.</summary>
    public static string ChecksumOf(MigrationRequest request, Func<string, string> fullType) => CanonicalJson.Hash(new JsonObject
    {
        ["resource_type"] = request.ResourceType.Length == 0 ? null : fullType(request.ResourceType),
        ["resource_name"] = request.ResourceName,
        ["from_state"] = request.FromState?.DeepClone(),
        ["to_state"] = request.ToState?.DeepClone(),
        ["column"] = request.Column,
        ["from_type"] = request.FromType,
        ["to_type"] = request.ToType,
        ["steps"] = new JsonArray([.. request.Steps.Select(step => (JsonNode)new JsonObject
        {
            ["sql"] = Lines(step.Sql),
            ["rollback_sql"] = Lines(step.RollbackSql),
            ["operation"] = step.Operation,
            ["parameters"] = step.Parameters?.DeepClone(),
        })]),
    });

    /// <summary>Other languages spell an absent map as an empty one.</summary>
    public static bool Holds(JsonObject? state) => state is { Count: > 0 };

    private static IEnumerable<Diagnostic> StepFaults(MigrationStep step, AttributePath place, SqlDialect dialect)
    {
        if (string.IsNullOrWhiteSpace(step.Sql) == string.IsNullOrEmpty(step.Operation))
        {
            yield return Diagnostic.Error(DiagnosticCodes.InvalidValue, "a step has either sql or an operation") with { Attribute = place };
            yield break;
        }

        if (!string.IsNullOrEmpty(step.Operation) && !Operations.Contains(step.Operation))
        {
            yield return Diagnostic.Error(DiagnosticCodes.InvalidValue, $"there is no operation \"{step.Operation}\"", $"Known operations: {string.Join(", ", Operations)}.") with { Attribute = place.Member("operation") };
        }

        foreach (var (member, text) in new[] { ("sql", step.Sql), ("rollback_sql", step.RollbackSql) })
        {
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            var fault = SqlScript.FaultOf(text, dialect);
            if (fault is null && SqlScript.Split(text, dialect).FirstOrDefault(s => StatementRisk.Of(s, dialect).LeavesTransaction) is { } control)
            {
                fault = $"\"{control}\" begins, ends or leaves the transaction that keeps the migration whole: leave it out";
            }

            if (fault is not null)
            {
                yield return Diagnostic.Error(DiagnosticCodes.InvalidValue, $"the statements cannot be run: {fault}") with { Attribute = place.Member(member) };
            }
        }
    }

    private static string? Lines(string? sql) => sql?.ReplaceLineEndings("\n").Trim();

    private static Diagnostic Fault(string member, string summary, string detail) =>
        Diagnostic.Error(DiagnosticCodes.InvalidValue, summary, detail) with { Attribute = AttributePath.Of(member) };
}
