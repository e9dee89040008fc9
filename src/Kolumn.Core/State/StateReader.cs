using Kolumn.Protocol;

namespace Kolumn.Core.State;

/// <summary>Reads snapshot and journal as one, also while another process writes them.</summary>
internal static class StateReader
{
    /// <summary>Ten thousand resources take some ten MiB.</summary>
    private const long MaxBytes = 1024L * 1024 * 1024;

    /// <summary>How often a snapshot may be replaced between reading it and reading its journal.</summary>
    private const int Attempts = 5;

    /// <summary>What is recorded; empty when nothing ever was; null with a diagnostic when the files cannot be used.</summary>
    public static ProjectState? Read(StateDirectory directory, TimeProvider time, DiagnosticList diagnostics)
    {
        for (var attempt = 1; ; attempt++)
        {
            var snapshot = ReadSnapshot(directory, diagnostics);
            if (diagnostics.HasErrors)
            {
                return null;
            }

            var document = snapshot ?? new StateDocument { Lineage = Guid.NewGuid().ToString(), UpdatedAt = time.GetUtcNow() };
            var state = new ProjectState(document);
            var journal = ReadFile(directory.Journal, diagnostics, out var isReadable);
            if (!isReadable)
            {
                return null;
            }

            var entries = JournalFile.Read(journal ?? [], out var damagedLine);
            if (entries.Count == 0 || entries[0].Header is not { } header)
            {
                return damagedLine is null ? state : Damaged(directory, damagedLine.Value, diagnostics);
            }

            if (header.Serial < document.Serial)
            {
                // Folded into the snapshot already: the process died, or is still about to delete it.
                return state;
            }

            if (header.Serial > document.Serial || (snapshot is not null && header.Lineage != document.Lineage))
            {
                if (attempt < Attempts && header.Serial > document.Serial)
                {
                    continue;
                }

                diagnostics.Error(
                    CoreCodes.StateDamaged,
                    "The journal does not belong to the state",
                    $"{directory.Journal} continues serial {header.Serial}, but {directory.Snapshot} has serial {document.Serial}. "
                    + $"If the state was put back from a backup on purpose, delete the journal; otherwise copy the backup of serial {header.Serial} over the state.");
                return null;
            }

            if (damagedLine is not null)
            {
                return Damaged(directory, damagedLine.Value, diagnostics);
            }

            if (snapshot is null)
            {
                state = new ProjectState(document with { Lineage = header.Lineage });
            }

            foreach (var entry in entries)
            {
                state.Play(entry);
            }

            return state;
        }
    }

    private static StateDocument? ReadSnapshot(StateDirectory directory, DiagnosticList diagnostics)
    {
        var file = ReadFile(directory.Snapshot, diagnostics, out _);
        if (file is null)
        {
            return null;
        }

        var document = SnapshotFile.Read(file, out var fault, out var detail);
        if (fault == SnapshotFault.NewerVersion)
        {
            diagnostics.Error(
                DiagnosticCodes.StateVersionConflict,
                "The state was written by a newer Kolumn",
                $"{directory.Snapshot}: {detail}. Use that newer version; nothing has been changed.");
        }
        else if (fault == SnapshotFault.Damaged)
        {
            diagnostics.Error(CoreCodes.StateDamaged, "The state is damaged", $"{directory.Snapshot}: {detail}. {Remedy(directory)}");
        }

        return document;
    }

    private static byte[]? ReadFile(string path, DiagnosticList diagnostics, out bool isReadable)
    {
        isReadable = true;
        try
        {
            return DurableFile.Read(path, MaxBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            diagnostics.Error(CoreCodes.StateUnreadable, "The state cannot be read", $"{path}: {e.Message}.");
            isReadable = false;
            return null;
        }
    }

    private static string Remedy(StateDirectory directory)
    {
        foreach (var backup in directory.ListBackups())
        {
            if (DurableFile.Read(backup, MaxBytes) is { } file && SnapshotFile.Read(file, out _, out _) is { } document)
            {
                return $"The newest sound backup is {backup} (serial {document.Serial}, {document.Providers.Sum(p => p.Resources.Count)} resources, "
                    + $"{document.UpdatedAt:yyyy-MM-dd HH:mm:ss} UTC): copy it over the state and run plan, which shows what has happened since. "
                    + "If the file was edited on purpose, delete its line \"checksum\".";
            }
        }

        return "There is no sound backup. Move the file away and run plan: what exists and equals the configuration is adopted.";
    }

    private static ProjectState? Damaged(StateDirectory directory, int line, DiagnosticList diagnostics)
    {
        diagnostics.Error(
            CoreCodes.StateDamaged,
            "The journal is damaged",
            $"Line {line} of {directory.Journal} does not match its checksum, and lines follow it. Delete that line and all after it to keep what is sound, "
            + "then run plan: it reads the database and shows what the lost lines did.");
        return null;
    }
}
