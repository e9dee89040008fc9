using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Cli.Rendering;
using Kolumn.Core.Migrating;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Cli.Commands;

/// <summary>Migrations that are to be applied, with their statements, or undone.</summary>
internal sealed record MigrationPlanReport(IReadOnlyList<PlannedMigration> Planned, MigrateVerb Verb) : IReport
{
    private const int Indent = 6;

    public string ToText(Palette palette, int width)
    {
        if (Planned.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder(palette.Strong(Verb == MigrateVerb.RollBack ? "Kolumn will undo:" : "Kolumn will apply:")).Append("\n\n");
        foreach (var planned in Planned)
        {
            Append(text, planned, palette, width);
        }

        if (Planned.Any(p => p.LosesData))
        {
            text.Append(palette.Error("!")).Append(" It loses data, which apply only does with ").Append(palette.Strong($"--allow {Hazard.DataLoss}")).Append(".\n");
        }

        return text.ToString();
    }

    public void AddTo(JsonObject document)
    {
        document["pending"] = new JsonArray([.. Planned.Select(ToJson)]);
        document["needs_allowed"] = Planned.Any(p => p.LosesData) ? new JsonArray(Hazard.DataLoss) : new JsonArray();
    }

    private void Append(StringBuilder text, PlannedMigration planned, Palette palette, int width)
    {
        var (paint, sign, _) = ActionWords.Of(Verb == MigrateVerb.RollBack ? MigrationActions.Rollback : MigrationActions.Migrate, palette);
        text.Append("  ").Append(paint(sign)).Append(' ').Append(palette.Strong(Printable.Line(planned.Migration.Name)));
        text.Append(planned.Plan?.RiskLevel is "high" or "critical" ? "  " + palette.Error($"risk: {planned.Plan.RiskLevel}") : "");
        text.Append('\n');
        var lines = new AttributeText(palette, width, Indent);
        if (planned.Waits is { } waits)
        {
            lines.AppendWrapped(text, palette.Update("! "), 2, Printable.Line($"Its plan has to wait for those before it: {waits.Summary}."));
        }

        foreach (var step in planned.Plan?.Steps ?? [])
        {
            lines.AppendWrapped(text, palette.Faint(string.Create(CultureInfo.InvariantCulture, $"{step.Order} ")), 2, Printable.Line(step.Description ?? ""));
            foreach (var hazard in step.Hazards ?? [])
            {
                lines.AppendWrapped(text, (hazard.Name == Hazard.DataLoss ? palette.Error("! ") : palette.Update("! ")) + $"{Printable.Line(hazard.Name)}: ", hazard.Name.Length + 4, Printable.Line(hazard.Detail));
            }

            foreach (var line in Printable.Text(step.Sql ?? "").TrimEnd(';', '\n', ' ').Split('\n'))
            {
                text.Append(' ', Indent + 2).Append(palette.Faint(line)).Append('\n');
            }
        }

        text.Append('\n');
    }

    private static JsonNode ToJson(PlannedMigration planned)
    {
        var json = planned.Plan is null ? [] : PayloadJson.ToNode(planned.Plan)!.AsObject();
        foreach (var member in (string[])["success", "error", "code", "details", "warnings", "diagnostics", "migration_id"])
        {
            json.Remove(member);
        }

        (json["name"], json["provider"], json["waits"]) = (planned.Migration.Name, planned.Migration.Instance, planned.Waits is { } waits ? DiagnosticJson.Of(waits) : null);
        return json;
    }
}
