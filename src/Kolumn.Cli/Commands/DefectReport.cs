using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Kolumn.Cli.Commands;

/// <summary>What somebody who repairs a defect needs to know, in a file instead of on the user's screen. Holds no values of the command line.</summary>
internal static class DefectReport
{
    private const string StateFolder = ".kolumn";

    /// <returns>The file; null when it could not be written either.</returns>
    public static string? TryWrite(Exception failure, string command)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"defect-{DateTime.UtcNow:yyyyMMdd-HHmmss}-{Environment.ProcessId}.log");
        var text = $"""
            command:  {command}
            version:  {VersionCommand.Version}
            runtime:  {RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription} ({RuntimeInformation.RuntimeIdentifier})
            time:     {DateTime.UtcNow:O}

            {failure}

            """;
        foreach (var folder in new[] { StateFolder, Path.GetTempPath() }.Where(Directory.Exists))
        {
            try
            {
                var path = Path.Combine(folder, name);
                var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
                if (!OperatingSystem.IsWindows())
                {
                    options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                }

                using var file = new FileStream(path, options);
                file.Write(Encoding.UTF8.GetBytes(text));
                return path;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The next folder may do.
            }
        }

        return null;
    }
}
