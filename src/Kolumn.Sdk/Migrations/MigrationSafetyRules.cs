using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Sql;

namespace Kolumn.Sdk.Migrations;

/// <summary>What <c>safety</c> asks for: how long a migration may take, which tables it locks, and what no migration does.</summary>
internal static partial class MigrationSafetyRules
{
    private const int DefaultTimeoutSeconds = 600;
    private const int MaxTimeoutSeconds = 86400;

    public static TimeSpan TimeLimit(this MigrationRequest request) => TimeSpan.FromSeconds(
        request.Options?.TimeoutSeconds is { } seconds and not 0 ? seconds : SecondsOf(request.Safety?.Timeout) ?? DefaultTimeoutSeconds);

    public static bool WantsBackup(this MigrationRequest request) =>
        request.Options is { BackupBeforeMigration: true } || request.Safety is { RequireBackup: true };

    public static IEnumerable<Diagnostic> FaultsOf(MigrationRequest request)
    {
        if (request.Options?.TimeoutSeconds is < 0 or > MaxTimeoutSeconds)
        {
            yield return Fault("options.timeout_seconds", $"{request.Options.TimeoutSeconds} s is no time limit", $"It is 1 to {MaxTimeoutSeconds} seconds.");
        }

        if (request.Safety is not { } safety)
        {
            yield break;
        }

        if (Holds(safety.Timeout) && SecondsOf(safety.Timeout) is null)
        {
            yield return Fault("safety.timeout", $"{safety.Timeout!.ToJsonString()} is no time limit", "Write a text such as \"90s\", \"10m\" or \"1h30m\", a day at most.");
        }

        if (safety.Quarantine || Holds(safety.QuarantineTtl))
        {
            yield return Fault(
                safety.Quarantine ? "safety.quarantine" : "safety.quarantine_ttl",
                "a migration moves nothing into quarantine",
                "Set safety.require_backup: what steps lose is kept, and put back by a rollback. Or delete the resource with Apply, which keeps it in quarantine.");
        }
    }

    /// <summary>The tables that a migration names: those of its operations, and those that its statements change.</summary>
    /// <returns>As statements spell them.</returns>
    public static IReadOnlyList<string> TablesOf(MigrationRequest request, SqlDialect dialect, Func<string, string> spell)
    {
        var written = request.Steps.Where(s => !string.IsNullOrWhiteSpace(s.Sql)).SelectMany(s => SqlScript.Split(s.Sql!, dialect)).SelectMany(s => StatementRisk.Of(s, dialect).Tables);
        var named = request.Steps.Select(s => s.Parameters is { } parameters ? ColumnOperation.Text(parameters, "resource_name") : null).Append(request.ResourceName).Where(n => !string.IsNullOrEmpty(n)).Select(n => spell(n!));
        return [.. named.Concat(written).Distinct(StringComparer.Ordinal)];
    }

    // An absent one is an empty text, or a duration of nothing, in other languages.
    private static bool Holds(JsonNode? value) => value is not null && !(value is JsonValue text && text.ToString() is "" or "0");

    private static int? SecondsOf(JsonNode? timeout)
    {
        if (timeout?.GetValueKind() != JsonValueKind.String || Duration.Match(timeout.GetValue<string>()) is not { Success: true } match)
        {
            return null;
        }

        var seconds = Part(match, 1, 3600) + Part(match, 2, 60) + Part(match, 3, 1);
        return seconds is > 0 and <= MaxTimeoutSeconds ? seconds : null;
    }

    private static int Part(Match match, int group, int seconds) => match.Groups[group].Success ? int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) * seconds : 0;

    private static Diagnostic Fault(string member, string summary, string detail) =>
        Diagnostic.Error(DiagnosticCodes.InvalidValue, summary, detail) with { Attribute = AttributePath.Of(member) };

    [GeneratedRegex(@"\A(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,5})s)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Duration { get; }
}
