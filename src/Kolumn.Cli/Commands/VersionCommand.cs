using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Kolumn.Cli.Rendering;

namespace Kolumn.Cli.Commands;

/// <summary><c>kolumn version</c>: what this is and what it runs on.</summary>
internal static class VersionCommand
{
    /// <summary>As <c>0.1.0</c>, with the commit behind a plus sign where it is known.</summary>
    public static string Version { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    public static Command Create()
    {
        var command = new Command("version", "Say which version this is");
        command.SetAction((parsed, token) => CommandRun.RunAsync(parsed, _ => Task.FromResult(new Outcome(new Report(), [])), token));
        return command;
    }

    private sealed class Report : IReport
    {
        public string ToText(Palette palette, int width) =>
            $"kolumn {Version} ({RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})\n";

        public void AddTo(JsonObject document)
        {
            document["version"] = Version;
            document["runtime"] = RuntimeInformation.FrameworkDescription;
            document["platform"] = RuntimeInformation.RuntimeIdentifier;
        }
    }
}
