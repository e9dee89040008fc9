using System.Text;

namespace Kolumn.Core.Discovering;

/// <summary>Writes files that do not exist yet: all of them or none, each complete from the moment it can be seen.</summary>
internal static class NewFiles
{
    /// <summary>
    /// 1. None of them may exist.
    /// 2. Each is written under a name that no project reads.
    /// 3. Each gets its own name, without taking the place of another file.
    /// </summary>
    /// <returns>The files with their paths; null after an error, which is reported and has left no file behind.</returns>
    public static IReadOnlyList<DiscoveredFile>? Write(string directory, IReadOnlyList<DiscoveredFile> files, DiagnosticList diagnostics)
    {
        var placed = files.Select(f => f with { Path = Path.Combine(directory, f.Name) }).ToList();
        var suffix = $".{Path.GetRandomFileName()}.new";
        var written = new List<string>();
        try
        {
            // 1
            Directory.CreateDirectory(directory);
            var existing = placed.Where(f => Path.Exists(f.Path)).Select(f => f.Path!).ToList();
            if (existing.Count > 0)
            {
                diagnostics.Error(
                    CoreCodes.FileExists, existing.Count == 1 ? $"{existing[0]} exists already" : "Files exist already",
                    $"{(existing.Count == 1 ? "It is" : $"{string.Join(", ", existing)} are")} not overwritten, and nothing has been written. Name another directory with --out, or move {(existing.Count == 1 ? "the file" : "the files")} away.");
                return null;
            }

            // 2
            foreach (var file in placed)
            {
                using var stream = new FileStream(file.Path + suffix, FileMode.CreateNew, FileAccess.Write, FileShare.None);
                written.Add(file.Path + suffix);
                stream.Write(Encoding.UTF8.GetBytes(file.Text));
                stream.Flush(flushToDisk: true);
            }

            // 3
            foreach (var file in placed)
            {
                File.Move(file.Path + suffix, file.Path!, overwrite: false);
                written.Add(file.Path!);
            }

            return placed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            written.ForEach(Remove);
            diagnostics.Error(CoreCodes.FileNotWritten, "The configuration could not be written", $"{directory}: {e.Message} No file was left behind.");
            return null;
        }
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What prevented writing may prevent this too, and has been said.
        }
    }
}
