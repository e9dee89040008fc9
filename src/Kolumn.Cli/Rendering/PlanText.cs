using System.Globalization;
using System.Text;
using Kolumn.Core.Planning;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Cli.Rendering;

/// <summary>How much of a plan is written out.</summary>
/// <param name="Detailed">Every attribute of what is created, instead of the names alone.</param>
/// <param name="Statements">What will be sent to the database.</param>
/// <param name="Phases">Which resources depend on which, as the steps they are taken in.</param>
internal sealed record PlanTextOptions(bool Detailed = false, bool Statements = false, bool Phases = false);

/// <summary>
/// A plan for people:
/// 1. what was changed outside Kolumn, which explains some of what follows;
/// 2. what will be done, in the order in which it will be;
/// 3. what can only be planned later, and what becomes of the outputs;
/// 4. the steps, when asked for;
/// 5. one line that sums it up, and what has to be allowed.
/// </summary>
internal sealed class PlanText(Palette palette, int width, PlanTextOptions options)
{
    /// <summary>Above what was found to be drifted.</summary>
    public const string DriftHeading = "Changed outside Kolumn since the last apply:";

    /// <summary>Where attributes stand, under the address.</summary>
    public const int Indent = 13;

    private const string Margin = "  ";

    private readonly AttributeText _attributes = new(palette, width, Indent);
    private readonly StringBuilder _text = new();

    public static string Render(ProjectPlan project, Palette palette, int width, PlanTextOptions options)
    {
        var plan = new PlanText(palette, width, options);
        var operations = project.Operations.ToList();
        plan.AppendDrift(operations); // 1
        plan.AppendChanges(operations); // 2
        plan.AppendDeferred(project.Deferred); // 3
        plan.AppendOutputs(project.Outputs);
        if (options.Phases)
        {
            plan.AppendPhases(operations); // 4
        }

        plan._text.Append(Summary(project, palette)).Append('\n'); // 5
        if (project.Destructive.Select(d => d.Hazard.Name).Distinct().ToList() is { Count: > 0 } hazards)
        {
            plan._text.Append(palette.Error("!")).Append(" It loses data, which apply only does with ")
                .Append(palette.Strong(string.Join(' ', hazards.Select(h => $"--allow {Printable.Line(h)}")))).Append(".\n");
        }

        return plan._text.ToString();
    }

    public static string Summary(ProjectPlan project, Palette palette)
    {
        var counts = project.Counts;
        if (!project.HasChanges)
        {
            return $"{palette.Strong("No changes.")} {Resources(counts.Unchanged)}";
        }

        var parts = new List<string>
        {
            Count(counts.Create, "create", palette.Create),
            Count(counts.Update, "change", palette.Update),
            Count(counts.Delete, "destroy", palette.Delete),
        };
        AddIfAny(2, counts.Replace, "replace", palette.Delete);
        AddIfAny(parts.Count, counts.Adopt, "adopt", palette.Adopt);
        AddIfAny(parts.Count, counts.Deferred, "plan during apply", palette.Update);
        return $"{palette.Strong("Plan:")} {string.Join(", ", parts)}.";

        void AddIfAny(int at, int count, string what, Func<string, string> paint)
        {
            if (count > 0)
            {
                parts.Insert(at, Count(count, what, paint));
            }
        }

        static string Count(int count, string what, Func<string, string> paint)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{count} to {what}");
            return count > 0 ? paint(text) : text;
        }
    }

    private static string Resources(int count) => count switch
    {
        0 => "There is nothing in it, and nothing recorded.",
        1 => "The one resource is as the configuration says.",
        _ => string.Create(CultureInfo.InvariantCulture, $"All {count} resources are as the configuration says."),
    };

    private void AppendDrift(IReadOnlyList<PlannedResource> operations)
    {
        var drifted = operations.Where(o => o.Drift is { Count: > 0 }).ToList();
        if (drifted.Count == 0)
        {
            return;
        }

        _text.Append(palette.Strong(DriftHeading)).Append("\n\n");
        foreach (var resource in drifted)
        {
            AppendHeading(palette.Update, "~", "drift", resource.Address, null, null);
            _attributes.AppendAll(_text, resource.Drift!);
        }

        _text.Append('\n');
    }

    private void AppendChanges(IReadOnlyList<PlannedResource> operations)
    {
        var changes = operations.Where(o => o.Action != ResourceActions.NoOp).ToList();
        if (changes.Count == 0)
        {
            return;
        }

        _text.Append(palette.Strong("Kolumn will:")).Append("\n\n");
        foreach (var resource in changes)
        {
            AppendChange(resource);
        }

        _text.Append('\n');
    }

    private void AppendDeferred(IReadOnlyList<DeferredResource> deferred)
    {
        if (deferred.Count == 0)
        {
            return;
        }

        _text.Append(palette.Strong("Known only during apply:")).Append("\n\n");
        foreach (var resource in deferred)
        {
            var (paint, sign, verb) = ActionWords.Of(resource.Action, palette);
            AppendHeading(paint, sign, verb, resource.Address, null, null);
            foreach (var attribute in resource.UnknownAttributes)
            {
                _text.Append(' ', Indent).Append(Printable.Line(attribute)).Append("  ").Append(palette.Faint(ValueText.Unknown)).Append('\n');
            }
        }

        _text.Append('\n');
    }

    private void AppendOutputs(IReadOnlyList<PlannedOutput> outputs)
    {
        var changes = outputs.Where(o => o.Action != ResourceActions.NoOp).ToList();
        if (changes.Count == 0)
        {
            return;
        }

        _text.Append(palette.Strong("Changes to outputs:")).Append("\n\n");
        var nameWidth = changes.Max(o => o.Name.Length);
        foreach (var output in changes)
        {
            var (paint, sign, _) = ActionWords.Of(output.Action, palette);
            var value = output switch
            {
                { Action: ResourceActions.Delete } => "",
                { IsSensitive: true } => $" = {ValueText.Sensitive}",
                { IsKnown: false } => $" = {palette.Faint(ValueText.Unknown)}",
                _ => $" = {ValueText.Inline(output.Value, Math.Max(40, width - nameWidth - 8))}",
            };
            _text.Append(Margin).Append(paint(sign)).Append(' ').Append(Printable.Line(value.Length == 0 ? output.Name : output.Name.PadRight(nameWidth))).Append(value).Append('\n');
        }

        _text.Append('\n');
    }

    private void AppendChange(PlannedResource resource)
    {
        var (paint, sign, verb) = ActionWords.Of(resource.Action, palette);
        AppendHeading(paint, sign, resource.QuarantineLocation is null ? verb : "quarantine", resource.Address, resource.Reason, resource.RiskLevel);
        if (resource is { QuarantineLocation: { } location, QuarantineId: { } id })
        {
            _attributes.AppendWrapped(_text, palette.Faint("to "), 3, Printable.Line($"{location}; kolumn restore {id} brings it back"));
        }

        if (resource.Changes is { Count: > 0 } changes)
        {
            if (resource.Action == ResourceActions.Create && !options.Detailed)
            {
                _attributes.AppendNames(_text, changes, resource.Name);
            }
            else
            {
                _attributes.AppendAll(_text, changes);
            }
        }

        foreach (var hazard in resource.Hazards ?? [])
        {
            Func<string, string> warn = hazard.Name == Hazard.DataLoss ? palette.Error : palette.Update;
            _attributes.AppendWrapped(_text, warn("! " + Printable.Line(hazard.Name)) + ": ", hazard.Name.Length + 4, Printable.Line(hazard.Detail));
        }

        AppendLocks(resource.Locks ?? []);
        foreach (var warning in resource.Warnings ?? [])
        {
            _attributes.AppendWrapped(_text, palette.Update("! "), 2, Printable.Line(warning));
        }

        if (options.Statements)
        {
            foreach (var statement in resource.Statements ?? [])
            {
                var lines = Printable.Text(statement).TrimEnd(';', '\n', ' ').Split('\n');
                for (var i = 0; i < lines.Length; i++)
                {
                    _text.Append(' ', Indent).Append(palette.Faint(lines[i] + (i == lines.Length - 1 ? ";" : ""))).Append('\n');
                }
            }
        }
    }

    /// <summary>The locks that somebody who reads or writes would notice, the objects of one mode in one line.</summary>
    private void AppendLocks(IReadOnlyList<ObjectLock> locks)
    {
        foreach (var mode in locks.Where(taken => taken.Blocks is ObjectLock.Readers or ObjectLock.Writers).GroupBy(taken => taken.Mode, StringComparer.Ordinal))
        {
            _attributes.AppendWrapped(_text, palette.Update("lock") + ": ", 6, Printable.Line($"{mode.Key} on {string.Join(", ", mode.Select(taken => taken.Object))}"));
        }
    }

    private void AppendHeading(Func<string, string> paint, string sign, string verb, string address, string? reason, string? risk)
    {
        _text.Append(Margin).Append(paint($"{sign} {verb} ".PadRight(Indent - Margin.Length))).Append(palette.Strong(Printable.Line(address)));
        if (risk is "high" or "critical")
        {
            _text.Append("  ").Append(palette.Error($"risk: {risk}"));
        }

        if (!string.IsNullOrEmpty(reason))
        {
            _text.Append("  ").Append(palette.Faint(Printable.Line(reason)));
        }

        _text.Append('\n');
    }

    private void AppendPhases(IReadOnlyList<PlannedResource> operations)
    {
        var phases = ExecutionPhases.Of([.. operations.Where(o => o.Action != ResourceActions.NoOp)]);
        if (phases.Count == 0)
        {
            return;
        }

        var total = phases.Sum(p => p.Count);
        _text.Append(CultureInfo.InvariantCulture, $"Execution order preview ({phases.Count} phases, {total} resources):\n");
        for (var i = 0; i < phases.Count; i++)
        {
            _text.Append(CultureInfo.InvariantCulture, $"  Phase {i + 1} – {phases[i].Count} resource(s)\n");
            foreach (var resource in phases[i])
            {
                _text.Append("    - ").Append(Printable.Line(resource.Address)).Append('\n');
            }
        }

        _text.Append('\n');
    }
}
