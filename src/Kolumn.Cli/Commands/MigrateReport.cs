using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Cli.Rendering;
using Kolumn.Core;
using Kolumn.Core.Migrating;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Cli.Commands;

/// <summary>Which migrations there are, what is pending, or how it went, by what was asked for.</summary>
internal sealed record MigrateReport(MigrateResult Result, MigrateVerb Verb, bool DryRun) : IReport
{
    public string ToText(Palette palette, int width) => Verb switch
    {
        MigrateVerb.Status => Status(palette),
        MigrateVerb.Plan => new MigrationPlanReport(Result.Planned, Verb).ToText(palette, width) + Summary(palette),
        _ => Outcome(palette),
    };

    public void AddTo(JsonObject document)
    {
        document["migrations"] = new JsonArray([.. Result.Known.Select(ToJson)]);
        if (Verb is MigrateVerb.Plan or MigrateVerb.Apply)
        {
            new MigrationPlanReport(Result.Planned, Verb).AddTo(document);
        }

        if (Verb is MigrateVerb.Apply or MigrateVerb.RollBack)
        {
            document["approved"] = Result.Approved || Result.Planned.Count == 0;
            document["dry_run"] = DryRun;
            document["results"] = new JsonArray([.. Result.Results.Select(ToJson)]);
        }
    }

    private string Status(Palette palette)
    {
        if (Result.Known.Count == 0)
        {
            return "There are no migrations.\n";
        }

        var text = new StringBuilder();
        foreach (var instance in Result.Known.GroupBy(k => k.Instance))
        {
            text.Append(palette.Strong($"Migrations of {instance.Key}:")).Append('\n');
            var names = instance.Max(k => k.Name.Length);
            foreach (var known in instance)
            {
                var (paint, word) = known.Entry switch
                {
                    { HasChanged: true } => ((Func<string, string>)palette.Error, "changed"),
                    { Status: MigrationStatuses.Applied } => (palette.Create, "applied"),
                    { Status: MigrationStatuses.Failed } => (palette.Error, "failed"),
                    { Status: MigrationStatuses.Applying or MigrationStatuses.RollingBack } => (palette.Error, "half done"),
                    { Status: MigrationStatuses.RolledBack } => (palette.Update, "rolled back"),
                    _ => (palette.Update, "pending"),
                };
                text.Append("  ").Append(paint(word.PadRight(11))).Append("  ").Append(Printable.Line(known.Name).PadRight(names));
                text.Append(known.Entry.ChangedAt is { } at ? "  " + palette.Faint(string.Create(CultureInfo.InvariantCulture, $"{at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z by {Printable.Line(known.Entry.Actor ?? "")}")) : "");
                text.Append(known.IsDeclared ? "" : "  " + palette.Faint("no block describes it"));
                text.Append(known.Entry is { Status: MigrationStatuses.Failed, Error: { } error } ? "\n      " + Printable.Line(error) : "").Append('\n');
            }
        }

        return text.Append(Summary(palette)).ToString();
    }

    private string Summary(Palette palette)
    {
        var applied = Result.Known.Count(k => k.IsApplied);
        var pending = Result.Known.Count(k => k.IsDeclared && !k.IsApplied);
        return string.Create(CultureInfo.InvariantCulture, $"{palette.Strong("Migrations:")} {applied} applied, {(pending > 0 ? palette.Create($"{pending} pending") : "0 pending")}.\n");
    }

    private string Outcome(Palette palette)
    {
        if (Result.Planned.Count == 0)
        {
            return Result.Success ? Verb == MigrateVerb.Apply ? $"{palette.Strong("No changes.")} No migration is pending.\n" : $"{palette.Strong("No changes.")} No migration is applied.\n" : "";
        }

        if (!Result.Approved)
        {
            return Result.Success ? "Turned down: nothing has been changed.\n" : "";
        }

        var done = Result.Results.Count(r => r.Outcome == ResourceOutcome.Succeeded);
        var rest = Result.Results.Count - done;
        var what = (Verb == MigrateVerb.Apply, DryRun) switch { (true, false) => "applied", (true, true) => "can be applied", (false, false) => "undone", _ => "can be undone" };
        return string.Create(CultureInfo.InvariantCulture, $"{palette.Strong("Migrations:")} {done} {what}{(rest > 0 ? $", {rest} not" : "")}.\n");
    }

    private static JsonNode ToJson(KnownMigration known) => new JsonObject
    {
        ["name"] = known.Name,
        ["provider"] = known.Instance,
        ["status"] = known.Entry.Status,
        ["declared"] = known.IsDeclared,
        ["changed"] = known.Entry.HasChanged,
        ["checksum"] = known.Entry.Checksum,
        ["changed_at"] = known.Entry.ChangedAt,
        ["actor"] = known.Entry.Actor,
        ["error"] = known.Entry.Error,
    };

    private static JsonNode ToJson(MigrationResult result) => new JsonObject
    {
        ["name"] = result.Migration.Name,
        ["provider"] = result.Migration.Instance,
        ["outcome"] = ActionWords.Of(result.Outcome),
        ["duration_ms"] = (long)result.Duration.TotalMilliseconds,
        ["steps"] = PayloadJson.ToNode(new MigrationApplyResponse { ExecutedSteps = result.Steps })!["executed_steps"]!.DeepClone(),
        ["diagnostic"] = result.Diagnostic is { } diagnostic ? DiagnosticJson.Of(diagnostic) : null,
    };
}
