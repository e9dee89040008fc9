using System.Text.Json;
using System.Text.RegularExpressions;

namespace Kolumn.EndToEnd.Tests.Commands;

/// <summary>
/// What a user sees when kolumn itself is at its end: here for want of memory, which the runtime can be told to be short of and
/// which no command is prepared for.
/// </summary>
public sealed class DefectTests : IDisposable
{
    private static readonly Dictionary<string, string> Short = new() { ["DOTNET_GCHeapHardLimit"] = "0x6000000" };

    /// <summary>Texts that double until one piece of memory is refused while there is room for all small things.</summary>
    private static readonly string Doubling =
        "locals {\n  s0 = \"" + new string('x', 1000) + "\"\n"
        + string.Concat(Enumerable.Range(1, 22).Select(i => $"  s{i} = \"${{local.s{i - 1}}}${{local.s{i - 1}}}\"\n")) + "}\n";

    private readonly KolumnProject _project = new();

    [Fact]
    public async Task Defect_AnyCommand_IsOneDiagnosticAndAReportWithoutValues()
    {
        _project.Write("main.kl", "variable \"secret\" {}\n" + Doubling);
        await _project.ExpectAsync(0, "init");

        var run = await _project.KolumnAsync(Short, "validate", "--var", "secret=hunter2-secret");

        run.ExitCode.ShouldBe(1);
        run.Output.Trim().ShouldBeEmpty();
        run.Errors.ShouldStartWith("Error: Kolumn has met a situation it is not prepared for\n");
        run.Errors.ShouldNotContain("   at ");
        run.Errors.ShouldNotContain("OutOfMemoryException");
        var path = _project.File(Regex.Match(run.Errors, @"\.kolumn/defect-[0-9-]+\.log").Value);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var report = File.ReadAllText(path);
        report.ShouldMatch(@"\Acommand:  kolumn validate\nversion:  [0-9]+\.[0-9]+\.[0-9]+.*\nruntime:  \.NET .*\ntime:     ");
        report.ShouldContain("System.OutOfMemoryException");
        report.ShouldContain("   at ");
        report.ShouldNotContain("hunter2-secret");
    }

    [Fact]
    public async Task Defect_Json_IsOneDocumentAndTheNextCommandWorks()
    {
        _project.Write("main.kl", Doubling);
        await _project.ExpectAsync(0, "init");

        var run = await _project.KolumnAsync(Short, "validate", "--json");

        run.ExitCode.ShouldBe(1);
        run.Errors.Trim().ShouldBeEmpty();
        var document = JsonDocument.Parse(run.Output).RootElement;
        document.GetProperty("success").GetBoolean().ShouldBeFalse();
        document.GetProperty("diagnostics")[0].GetProperty("code").GetString().ShouldBe("DEFECT");
        _project.Write("main.kl", "locals {}\n");
        await _project.ExpectAsync(0, "validate");
    }

    public void Dispose() => _project.Dispose();
}
