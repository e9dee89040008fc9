using System.Text.Json;

namespace Kolumn.Cli.Tests.CommandLine;

public sealed class UsageTests
{
    [Theory]
    [InlineData("versoin", "There is no command \"versoin\"", "Did you mean \"version\"?")]
    [InlineData("version --jsno", "Unknown option --jsno", "Did you mean \"--json\"?")]
    [InlineData("version -jsno", "Unknown option --jsno", "Did you mean \"--json\"?")]
    [InlineData("version --no-colour", "Unknown option --no-colour", "Did you mean \"--no-color\"?")]
    [InlineData("version --frobnicate=1", "Unknown option --frobnicate", "kolumn version --help lists what there is.")]
    [InlineData("version extra", "\"extra\" is one argument too many", "kolumn version --help lists what there is.")]
    [InlineData("--chdir", "Required argument missing for option: '--chdir'", "kolumn --help lists what there is.")]
    public async Task Run_MistypedCommandLine_SaysWhatWasMeant(string commandLine, string summary, string advice)
    {
        var run = await CommandLineRun.OfAsync(commandLine.Split(' '));

        run.ExitCode.ShouldBe(ExitCodes.Error);
        run.Out.ShouldBeEmpty();
        run.Error.ShouldStartWith($"Error: {summary}\n");
        run.Error.ShouldContain(advice);
    }

    [Fact]
    public async Task Run_MistypedCommandLineWithJson_AnswersWithADocument()
    {
        var run = await CommandLineRun.OfAsync("version", "extra", "--json");

        run.ExitCode.ShouldBe(ExitCodes.Error);
        run.Error.ShouldBeEmpty();
        var document = JsonDocument.Parse(run.Out).RootElement;
        document.GetProperty("success").GetBoolean().ShouldBeFalse();
        document.GetProperty("diagnostics")[0].GetProperty("code").GetString().ShouldBe("INVALID_COMMAND_LINE");
    }

    [Theory]
    [InlineData("")]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("-help")]
    public async Task Run_Help_ListsCommandsAndExamples(string commandLine)
    {
        var run = await CommandLineRun.OfAsync(commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        run.ExitCode.ShouldBe(ExitCodes.Done);
        run.Error.ShouldBeEmpty();
        run.Out.ShouldContain("Usage: kolumn COMMAND [OPTION ...]");
        run.Out.ShouldContain("  version");
        run.Out.ShouldContain("Examples:");
    }

    [Theory]
    [InlineData("version --json")]
    [InlineData("version -json")]
    [InlineData("--json version")]
    public async Task Version_Json_HoldsDocumentedMembers(string commandLine)
    {
        var run = await CommandLineRun.OfAsync(commandLine.Split(' '));

        run.ExitCode.ShouldBe(ExitCodes.Done);
        var document = JsonDocument.Parse(run.Out).RootElement;
        document.GetProperty("format").GetInt32().ShouldBe(1);
        document.GetProperty("command").GetString().ShouldBe("kolumn version");
        document.GetProperty("success").GetBoolean().ShouldBeTrue();
        document.GetProperty("version").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Run_MissingDirectory_IsADiagnostic()
    {
        var run = await CommandLineRun.OfAsync("--chdir", "/does/not/exist", "version");

        run.ExitCode.ShouldBe(ExitCodes.Error);
        run.Error.ShouldStartWith("Error: There is no directory \"/does/not/exist\"\n");
    }
}
