using System.Text.Json;
using Kolumn.Testing;

namespace Kolumn.Cli.Tests.Commands;

/// <summary>Commands on projects that need no provider: what is recorded, what cannot be read, what was meant.</summary>
public sealed class ProjectTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("state list", "Nothing is recorded yet.\n")]
    [InlineData("show", "Nothing is recorded yet.\n")]
    [InlineData("output", "There are no outputs.\n")]
    public async Task Run_NothingApplied_SaysSo(string command, string expected)
    {
        var run = await RunAsync([.. command.Split(' '), "-c", _folder.Path]);

        run.ExitCode.ShouldBe(ExitCodes.Done);
        run.Out.ShouldBe(expected);
        run.Error.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("state show sqlite_table.a", "Nothing is recorded as \"sqlite_table.a\"")]
    [InlineData("output nmae", "There is no output \"nmae\"")]
    [InlineData("output --raw", "--raw needs the name of one output")]
    [InlineData("show missing.klplan", "There is no such plan file")]
    public async Task Run_WhatIsNotThere_IsADiagnostic(string command, string expected)
    {
        var run = await RunAsync([.. command.Split(' '), "-c", _folder.Path]);

        run.ExitCode.ShouldBe(ExitCodes.Error);
        run.Out.ShouldBeEmpty();
        run.Error.ShouldStartWith($"Error: {expected}\n");
    }

    [Theory]
    [InlineData("init")]
    [InlineData("validate")]
    [InlineData("plan")]
    [InlineData("apply --auto-approve")]
    [InlineData("destroy --auto-approve")]
    public async Task Run_NoConfiguration_SaysWhatIsMissing(string command)
    {
        var run = await RunAsync([.. command.Split(' '), "-c", _folder.Path]);

        run.ExitCode.ShouldBe(ExitCodes.Error);
        run.Error.ShouldStartWith("Error: No configuration found\n");
        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Plan_SyntaxErrorsAsJson_CarryTheirPlaces()
    {
        var file = _folder.Write("main.kl", "provider \"sqlite\" {\n  database = = 1\n}\nlocals {\n  a = [1\n}\n");

        var run = await RunAsync("plan", file, "--json");

        run.ExitCode.ShouldBe(ExitCodes.Error);
        var diagnostics = JsonDocument.Parse(run.Out).RootElement.GetProperty("diagnostics");
        diagnostics.GetArrayLength().ShouldBe(2);
        diagnostics[0].GetProperty("place").GetProperty("line").GetInt32().ShouldBe(2);
        diagnostics[0].GetProperty("place").GetProperty("column").GetInt32().ShouldBe(14);
        diagnostics[1].GetProperty("place").GetProperty("line").GetInt32().ShouldBe(5);
    }

    [Fact]
    public async Task Plan_VariableWithoutValue_IsRefusedWithoutRepeatingIt()
    {
        _folder.Write("main.kl", "locals {\n  a = 1\n}\n");

        var run = await RunAsync("plan", _folder.Path, "--var", "hunter2");

        run.ExitCode.ShouldBe(ExitCodes.Error);
        run.Error.ShouldContain("Write --var name=value.");
        run.Error.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task Apply_JsonWithoutApproval_SaysThatNobodyCanBeAsked()
    {
        var run = await RunAsync("apply", _folder.Path, "--json");

        run.ExitCode.ShouldBe(ExitCodes.Error);
        JsonDocument.Parse(run.Out).RootElement.GetProperty("diagnostics")[0].GetProperty("code").GetString().ShouldBe("APPROVAL_NEEDED");
    }

    [Fact]
    public async Task Apply_ProjectWithoutResources_HasNothingToDo()
    {
        _folder.Write("main.kl", "locals {\n  a = 1\n}\n");

        var run = await RunAsync("apply", _folder.Path, "--auto-approve");

        run.Error.ShouldBeEmpty();
        run.ExitCode.ShouldBe(ExitCodes.Done);
        run.Out.ShouldBe("No changes. There is nothing in it, and nothing recorded.\n");
    }

    [Theory]
    [InlineData("yes\n", "Apply complete! Resources: 0 added, 0 changed, 0 destroyed.")]
    [InlineData("no\n", "Apply turned down: nothing has been changed.")]
    [InlineData("y\n", "Apply turned down: nothing has been changed.")]
    public async Task Apply_Asked_OnlyYesIsAnAgreement(string answer, string expected)
    {
        _folder.Write("main.kl", "output \"a\" {\n  value = 1\n}\n");

        var run = await CommandLineRun.OfAsync(["apply", _folder.Path], answer, TestContext.Current.CancellationToken);

        run.Error.ShouldBeEmpty();
        run.ExitCode.ShouldBe(ExitCodes.Done);
        run.Out.ShouldContain("+ a = 1");
        run.Out.ShouldContain(expected);
    }

    [Fact]
    public async Task Apply_NobodyToAsk_ChangesNothing()
    {
        _folder.Write("main.kl", "output \"a\" {\n  value = 1\n}\n");

        var run = await RunAsync("apply", _folder.Path);

        run.ExitCode.ShouldBe(ExitCodes.Error);
        run.Error.ShouldContain("There is nobody to ask");
        (await RunAsync("output", "-c", _folder.Path)).Out.ShouldBe("There are no outputs.\n");
    }

    [Fact]
    public async Task Output_AfterApply_InEveryForm()
    {
        _folder.Write("main.kl", "output \"a\" {\n  value = \"x y\"\n}\noutput \"b\" {\n  value = { n = 1 }\n}\noutput \"c\" {\n  value     = \"hunter2\"\n  sensitive = true\n}\n");
        (await RunAsync("apply", _folder.Path, "--auto-approve")).ExitCode.ShouldBe(ExitCodes.Done);

        (await RunAsync("output", "-c", _folder.Path)).Out.ShouldBe("a = \"x y\"\nb = {n = 1}\nc = (sensitive value)\n");
        (await RunAsync("output", "a", "--raw", "-c", _folder.Path)).Out.ShouldBe("x y");
        (await RunAsync("output", "b", "--raw", "-c", _folder.Path)).Error.ShouldStartWith("Error: The output \"b\" is not a single value");
        (await RunAsync("output", "c", "--raw", "-c", _folder.Path)).Error.ShouldStartWith("Error: The output \"c\" is sensitive");
        (await RunAsync("output", "aa", "-c", _folder.Path)).Error.ShouldContain("Did you mean \"a\"?");
        var json = JsonDocument.Parse((await RunAsync("output", "--json", "-c", _folder.Path)).Out).RootElement.GetProperty("outputs");
        json.GetProperty("b").GetProperty("value").GetProperty("n").GetInt32().ShouldBe(1);
        json.GetProperty("c").GetProperty("value").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Plan_DetailedExitCode_TellsPendingChanges()
    {
        _folder.Write("main.kl", "output \"a\" {\n  value = 1\n}\n");

        (await RunAsync("plan", _folder.Path, "-detailed-exitcode")).ExitCode.ShouldBe(ExitCodes.ChangesPending);
        (await RunAsync("plan", _folder.Path)).ExitCode.ShouldBe(ExitCodes.Done);
        await RunAsync("apply", _folder.Path, "-auto-approve");
        (await RunAsync("plan", _folder.Path, "--detailed-exitcode")).ExitCode.ShouldBe(ExitCodes.Done);
    }

    [Fact]
    public async Task Plan_Interrupted_SaysSoAndExitsAccordingly()
    {
        _folder.Write("main.kl", "output \"a\" {\n  value = 1\n}\n");
        using var interrupted = new CancellationTokenSource();

        // Whoever reads the question presses Ctrl-C instead of answering it.
        var output = new StringWriter();
        var run = Kolumn.Cli.CommandLine.CommandTree.RunAsync(
            ["apply", _folder.Path], new(output, TextWriter.Null, new InterruptingReader(interrupted), () => 80), interrupted.Token);

        (await run.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).ShouldBe(ExitCodes.Interrupted);
        (await RunAsync("output", "-c", _folder.Path)).Out.ShouldBe("There are no outputs.\n");
    }

    public void Dispose() => _folder.Dispose();

    private static Task<CommandLineRun> RunAsync(params string[] arguments) => CommandLineRun.OfAsync(arguments);

    private sealed class InterruptingReader(CancellationTokenSource source) : TextReader
    {
        private readonly ManualResetEventSlim _never = new();

        public override string? ReadLine()
        {
            source.Cancel();
            _never.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            return null;
        }
    }
}
