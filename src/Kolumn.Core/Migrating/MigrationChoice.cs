using Kolumn.Language;
using Kolumn.Protocol;

namespace Kolumn.Core.Migrating;

/// <summary>Which migrations a command is about, by what the blocks and the ledgers know; a target that none of them has is reported.</summary>
/// <param name="known">Every migration that a block or a ledger names.</param>
/// <param name="place">Gives a diagnostic the place of a migration's block.</param>
internal sealed class MigrationChoice(IReadOnlyList<KnownMigration> known, Func<KnownMigration, Diagnostic, Diagnostic> place, DiagnosticList diagnostics)
{
    /// <summary>What was applied cannot be changed afterwards; what comes late is said.</summary>
    public void Report(MigrateOptions options)
    {
        foreach (var changed in known.Where(k => k.Entry.HasChanged && options.Verb != MigrateVerb.RollBack))
        {
            diagnostics.Add(place(changed, new Diagnostic
            {
                Severity = options.Verb == MigrateVerb.Status ? Severity.Warning : Severity.Error,
                Code = DiagnosticCodes.MigrationChanged,
                Summary = $"The migration {changed.Name} was applied at {changed.Entry.ChangedAt:u} and did something else",
                Detail = "Put the block back as it was, and the change into a migration of its own.",
            }));
        }

        foreach (var late in options.Verb is MigrateVerb.Plan or MigrateVerb.Apply ? known.Where(IsLate) : [])
        {
            diagnostics.Add(place(late, Diagnostic.Warning(
                "MIGRATION_OUT_OF_ORDER", $"The migration {late.Name} comes after later ones", "Those that follow it by name are applied already. It is applied all the same; a database made anew gets it in its place.")));
        }
    }

    /// <summary>Those that wait, in the order of their names, up to the target.</summary>
    public IReadOnlyList<KnownMigration> ToApply(string? target)
    {
        var declared = known.Where(k => k.IsDeclared).OrderBy(k => k.Name, MigrationOrder.ByName).ToList();
        if (target is not null && !declared.Exists(k => k.Name == target))
        {
            diagnostics.Error(CoreCodes.UnknownReference, $"There is no migration \"{target}\"", $"--target takes the name of a migration block.{DidYouMean.Ask(target, declared.Select(k => k.Name))}");
            return [];
        }

        return [.. declared.Where(k => !k.IsApplied && (target is null || MigrationOrder.ByName.Compare(k.Name, target) <= 0))];
    }

    /// <summary>What was applied last comes first, whatever it is called.</summary>
    public IEnumerable<KnownMigration> ToUndo(string? target)
    {
        var applied = known.Where(k => k.IsApplied || k.IsHalfDone).OrderByDescending(k => k.Entry.ChangedAt).ToList();
        if (target is null)
        {
            return applied.Take(1);
        }

        if (applied.Find(k => k.Name == target) is { } last)
        {
            return applied.Where(k => k.Instance == last.Instance && k.Entry.ChangedAt >= last.Entry.ChangedAt);
        }

        diagnostics.Error(DiagnosticCodes.MigrationUnknown, $"No migration \"{target}\" is applied", $"--target takes the name of one that kolumn migrate status calls applied.{DidYouMean.Ask(target, applied.Select(k => k.Name))}");
        return [];
    }

    private bool IsLate(KnownMigration migration) =>
        !migration.IsApplied && migration.IsDeclared && known.Any(k => k.IsApplied && k.Instance == migration.Instance && MigrationOrder.ByName.Compare(k.Name, migration.Name) > 0);
}
