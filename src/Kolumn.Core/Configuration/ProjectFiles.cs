using Kolumn.Language;
using Kolumn.Language.Syntax;
using Kolumn.Protocol;

namespace Kolumn.Core.Configuration;

/// <summary>The texts of a project: configuration files and the files of values that are read without being named.</summary>
internal sealed class ProjectFiles
{
    public const int MaxFiles = 1000;

    public const long MaxTotalBytes = 64 * 1024 * 1024;

    private ProjectFiles(string directory, IReadOnlyList<ConfigFile> files, IReadOnlyList<string> variableFiles)
    {
        Directory = directory;
        Files = files;
        VariableFiles = variableFiles;
    }

    /// <summary>Absolute; the state lives beside the configuration.</summary>
    public string Directory { get; }

    public IReadOnlyList<ConfigFile> Files { get; }

    /// <summary>Paths in order of rising precedence: variables.klvars, *.auto.klvars by name, kolumn.klvars.</summary>
    public IReadOnlyList<string> VariableFiles { get; }

    /// <summary>Reads and parses everything; null when there is nothing to work with.</summary>
    public static ProjectFiles? Read(string path, DiagnosticList diagnostics)
    {
        var isFile = File.Exists(path);
        var directory = Path.GetFullPath(isFile ? Path.GetDirectoryName(Path.GetFullPath(path))! : path);
        if (!isFile && !System.IO.Directory.Exists(directory))
        {
            diagnostics.Error(CoreCodes.NoConfiguration, "There is no such project", $"\"{path}\" is neither a directory nor a .kl file.");
            return null;
        }

        if (List(path, isFile, directory, diagnostics) is not var (paths, variableFiles))
        {
            return null;
        }

        if (paths.Count == 0)
        {
            diagnostics.Error(CoreCodes.NoConfiguration, "No configuration found", $"{directory} holds no .kl file. Write one, or name the project's directory.");
            return null;
        }

        if (paths.Count > MaxFiles || paths.Sum(SizeOf) > MaxTotalBytes)
        {
            var oneTooLarge = paths.FirstOrDefault(p => SizeOf(p) > SourceText.MaxBytes);
            diagnostics.Error(
                oneTooLarge is null ? CoreCodes.ConfigurationTooLarge : LanguageCodes.FileTooLarge,
                oneTooLarge is null ? "The project is too large" : "File too large",
                $"{oneTooLarge ?? directory}: at most {MaxFiles} files of {SourceText.MaxBytes / 1024 / 1024} MiB each and {MaxTotalBytes / 1024 / 1024} MiB together are read. "
                + "Name the directory that was meant, or remove what is no configuration.");
            return null;
        }

        var files = paths.Select(p => Parse(p, diagnostics)).OfType<ConfigFile>().ToList();
        return new ProjectFiles(directory, files, variableFiles);
    }

    /// <summary>Null with a diagnostic when the file cannot be read or is no text.</summary>
    public static ConfigFile? Parse(string path, DiagnosticList diagnostics)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var found = new DiagnosticBag();
            var source = SourceText.Read(Shown(path), stream, found);
            diagnostics.AddRange(found);
            if (source is null)
            {
                return null;
            }

            var parsed = KlParser.Parse(source);
            diagnostics.AddRange(parsed.Diagnostics);
            return parsed.Tree;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            diagnostics.Error(CoreCodes.FileUnreadable, "The file cannot be read", $"{path}: {e.Message}.");
            return null;
        }
    }

    private static (List<string> Paths, IReadOnlyList<string> VariableFiles)? List(string path, bool isFile, string directory, DiagnosticList diagnostics)
    {
        try
        {
            return (isFile ? [path] : Find(directory, "*.kl").Take(MaxFiles + 1).ToList(), FindVariableFiles(directory));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            diagnostics.Error(CoreCodes.FileUnreadable, "The project's directory cannot be read", $"{directory}: {e.Message}.");
            return null;
        }
    }

    /// <summary>A link that leads nowhere counts nothing here and is reported when it is read.</summary>
    private static long SizeOf(string path)
    {
        var file = new FileInfo(path);
        return file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? (target.Exists ? target.Length : 0) : file.Length;
    }

    private static IReadOnlyList<string> FindVariableFiles(string directory) =>
    [
        .. Find(directory, "variables.klvars"),
        .. Find(directory, "*.auto.klvars"),
        .. Find(directory, "kolumn.klvars"),
    ];

    private static IEnumerable<string> Find(string directory, string pattern) =>
        System.IO.Directory.EnumerateFiles(directory, pattern).Order(StringComparer.Ordinal);

    /// <summary>As seen from where the user stands, if that is shorter.</summary>
    private static string Shown(string path)
    {
        var full = Path.GetFullPath(path);
        var relative = Path.GetRelativePath(System.IO.Directory.GetCurrentDirectory(), full);
        return relative.StartsWith("..", StringComparison.Ordinal) ? full : relative;
    }
}
