namespace Kolumn.EndToEnd.Tests.Commands;

/// <summary>
/// What a user can get wrong in the text: a diagnostic with a place and an action, never a stack trace, never anything half
/// done. After each the corrected project works.
/// </summary>
public sealed class BadInputTests : IDisposable
{
    private const string Good = """
        provider "sqlite" {
          database = "test.db"
        }

        create "sqlite_table" "users" {
          column "id" {
            type        = "INTEGER"
            primary_key = true
          }
        }

        """;

    private readonly KolumnProject _project = new();

    [Theory]
    [InlineData("primary_key = true", "primry_key = true", "main.kl:8:5", "Unknown attribute \"primry_key\"", "Did you mean \"primary_key\"?")]
    [InlineData("primary_key = true", "primary_key = \"perhaps\"", "main.kl:8:19", "Wrong type for", "It takes true or false")]
    [InlineData("sqlite_table", "sqlite_tabel", "main.kl:5:8", "Unknown resource type \"sqlite_tabel\"", "Did you mean \"sqlite_table\"?")]
    [InlineData("\"INTEGER\"", "var.missing", "main.kl:7:19", "There is no variable \"missing\"", "is declared in this project")]
    [InlineData("type        = \"INTEGER\"", "type        = = \"INTEGER\"", "main.kl:7:19", "Missing value", "A value was expected")]
    public async Task Plan_MistakeInTheText_ShowsPlaceCaretAndAdvice(string old, string mistake, string place, string what, string advice)
    {
        await InitAsync();
        _project.Edit("main.kl", old, mistake);

        var said = await FailAsync("plan");

        said.ShouldContain(place);
        said.ShouldContain(what);
        said.ShouldContain(advice);
        said.ShouldContain("^");
        await ShouldStillWorkAsync();
    }

    [Fact]
    public async Task Plan_SeveralMistakes_ReportsAllAtOnce()
    {
        await InitAsync();
        _project.Write("main.kl", Good.Replace("type        = \"INTEGER\"", "typ         = \"INTEGER\"", StringComparison.Ordinal).Replace("primary_key = true", "primary_key = 5\n    nulable     = true", StringComparison.Ordinal));

        var said = await FailAsync("plan");

        said.ShouldContain("\"typ\"");
        said.ShouldContain("\"nulable\"");
        said.ShouldContain("main.kl:8:19");
        await ShouldStillWorkAsync();
    }

    [Fact]
    public async Task Init_MissingProvider_SaysWhereItWasSearched()
    {
        _project.Write("main.kl", Good.Replace("\"sqlite\"", "\"sqlyte\"", StringComparison.Ordinal).Replace("sqlite_table", "sqlyte_table", StringComparison.Ordinal));

        var said = await FailAsync("init");

        said.ShouldContain("kolumn-provider-sqlyte");
        said.ShouldContain("use one of those installed");
        await ShouldStillWorkAsync();
    }

    [Fact]
    public async Task Plan_BeforeInit_SaysSo()
    {
        _project.Write("main.kl", Good);

        (await FailAsync("plan")).ShouldContain("kolumn init");

        await ShouldStillWorkAsync();
    }

    [Fact]
    public async Task Plan_SyntaxErrorInTheMiddleOfAFile_KeepsLookingBehindIt()
    {
        _project.Write("main.kl", Good + "create \"sqlite_table\" \"broken\" {\n  column \"a\" {\n    type = [\"INTEGER\"\n  }\n}\n\noutput \"later\" {\n  value = = 1\n}\n");

        var said = await FailAsync("validate");

        said.ShouldContain("main.kl:13:12");
        said.ShouldContain("main.kl:18:11");
        await ShouldStillWorkAsync();
    }

    [Theory]
    [InlineData("init")]
    [InlineData("plan")]
    public async Task Run_BinaryFile_IsRefused(string command)
    {
        _project.Write("main.kl", Good);
        File.WriteAllBytes(_project.File("picture.kl"), [0x89, 0x50, 0x4E, 0x47, 0, 0, 0, 13, 10, 0x1A]);

        var said = await FailAsync(command);

        said.ShouldContain("picture.kl");
        said.ShouldContain("Not a text file");
        File.Delete(_project.File("picture.kl"));
        await ShouldStillWorkAsync();
    }

    [Fact]
    public async Task Run_FileOf100MB_IsRefusedWithoutReadingIt()
    {
        _project.Write("main.kl", Good);
        using (var file = File.Create(_project.File("huge.kl")))
        {
            file.SetLength(100L * 1024 * 1024);
        }

        var said = await FailAsync("plan");

        said.ShouldContain("huge.kl");
        said.ShouldContain("16 MiB");
        File.Delete(_project.File("huge.kl"));
        await ShouldStillWorkAsync();
    }

    [Fact]
    public async Task Run_EmptyDirectory_SaysWhatIsMissing() => (await FailAsync("plan")).ShouldContain("No configuration found");

    [Fact]
    public async Task Init_DamagedLockFile_IsRefusedAndSaysWhatToDo()
    {
        await InitAsync();
        _project.Write(".kolumn.lock", "<<<<<<< HEAD\n");

        (await FailAsync("init")).ShouldContain("delete it and run: kolumn init");
        (await FailAsync("plan")).ShouldContain("delete it and run: kolumn init");

        File.Delete(_project.File(".kolumn.lock"));
        await ShouldStillWorkAsync();
    }

    public void Dispose() => _project.Dispose();

    private async Task InitAsync()
    {
        _project.Write("main.kl", Good);
        await _project.ExpectAsync(0, "init");
    }

    private async Task<string> FailAsync(params string[] arguments)
    {
        var run = await _project.KolumnAsync(arguments);
        run.ExitCode.ShouldBe(1, run.Output + run.Errors);
        run.Errors.ShouldStartWith("Error: ");
        run.Errors.ShouldNotContain("   at ");
        run.Errors.ShouldNotContain("Exception");
        File.Exists(_project.File("test.db")).ShouldBeFalse();
        (await _project.ExpectAsync(0, "state", "list")).ShouldContain("Nothing is recorded yet.");
        return run.Errors;
    }

    private async Task ShouldStillWorkAsync()
    {
        _project.Write("main.kl", Good);
        await _project.ExpectAsync(0, "init");
        (await _project.ExpectAsync(0, "apply", "--auto-approve")).ShouldContain("1 added");
    }
}
