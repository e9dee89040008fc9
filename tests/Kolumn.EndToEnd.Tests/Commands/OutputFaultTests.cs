namespace Kolumn.EndToEnd.Tests.Commands;

/// <summary>Readers who go away, disks that are full, descriptors that are closed: none of them ends a command in its middle.</summary>
public sealed class OutputFaultTests : IDisposable
{
    private readonly KolumnProject _project = new KolumnProject().CopyFrom("quickstart");

    public OutputFaultTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The shell and its devices are Unix'.");
        Providers.Sqlite.Database.NativeSqlite.Require();
    }

    [Fact]
    public async Task Pipe_ReaderGoesAway_CommandEndsAsIfNothingHadHappened()
    {
        await _project.ExpectAsync(0, "init");

        await ExpectAsync("plan --sql --detailed-exitcode", "head -1", 2, "Kolumn will:");
        await ExpectAsync("plan --json", "head -c 3", 0, "{\n ");
        await ExpectAsync("plan nowhere", ":", 1, "");
        await ExpectAsync("--help", ":", 0, "");
        await ExpectAsync("apply --auto-approve", ":", 0, "");
        (await _project.ExpectAsync(0, "plan")).ShouldContain("No changes.");

        async Task ExpectAsync(string command, string reader, int exitCode, string read)
        {
            var run = await _project.ShellAsync($"{{ kolumn {command}; echo $? > '{_project.File("code")}'; }} | {reader}");

            File.ReadAllText(_project.File("code")).Trim().ShouldBe($"{exitCode}", run.Errors);
            run.Output.TrimEnd().ShouldBe(read.TrimEnd());
            run.Errors.ShouldNotContain("   at ");
            run.Errors.ShouldNotContain("Unhandled");
        }
    }

    [Theory]
    [InlineData("> /dev/full", "No space left on device")]
    [InlineData(">&-", "Bad file descriptor")]
    public async Task Output_CannotBeWritten_IsSaidAndTheApplyIsCompleteAllTheSame(string redirection, string why)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        await _project.ExpectAsync(0, "init");

        var run = await _project.ShellAsync($"kolumn apply --auto-approve {redirection}");

        run.ExitCode.ShouldBe(1);
        run.Errors.ShouldStartWith("Error: The results could not be written");
        run.Errors.ShouldContain(why);
        run.Errors.ShouldNotContain("   at ");
        (await _project.ExpectAsync(0, "plan", "--detailed-exitcode")).ShouldContain("No changes.");
    }

    [Fact]
    public async Task Output_NeitherCanBeWritten_ExitCodeSaysIt()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");

        (await _project.ShellAsync("kolumn version > /dev/full 2> /dev/full")).ExitCode.ShouldBe(1);
        (await _project.ShellAsync("kolumn version 2> /dev/full")).ExitCode.ShouldBe(0);
    }

    public void Dispose() => _project.Dispose();
}
