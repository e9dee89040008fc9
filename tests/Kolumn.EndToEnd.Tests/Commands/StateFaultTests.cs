using System.Text.RegularExpressions;

namespace Kolumn.EndToEnd.Tests.Commands;

/// <summary>State and plan files that are damaged, edited, stale or from the future. Nothing is changed until somebody has put them right.</summary>
public sealed class StateFaultTests : IDisposable
{
    private const string Configuration = """
        provider "sqlite" {
          database = "test.db"
        }
        create "sqlite_table" "a" {
          column "id" {
            type = "INTEGER"
          }
        }

        """;

    private readonly KolumnProject _project = new();

    private string StateFile => _project.File(".kolumn/state.klstate");

    private string PlanFile => _project.File("saved.klplan");

    [Fact]
    public async Task Plan_StateFromANewerVersion_IsRefusedUntouched()
    {
        await ApplyTwiceAsync();
        var newer = Regex.Replace(File.ReadAllText(StateFile), "\"version\": 1,", "\"version\": 99,");
        File.WriteAllText(StateFile, newer);

        var said = await FailAsync("plan");

        said.ShouldContain("The state was written by a newer Kolumn");
        File.ReadAllText(StateFile).ShouldBe(newer);
    }

    [Theory]
    [InlineData("cut off")]
    [InlineData("edited")]
    [InlineData("no JSON")]
    public async Task Plan_DamagedState_NamesTheBackupThatWorks(string damage)
    {
        await ApplyTwiceAsync();
        var sound = File.ReadAllText(StateFile);
        File.WriteAllText(StateFile, damage switch
        {
            "cut off" => sound[..(sound.Length / 2)],
            "edited" => sound.Replace("sqlite_table", "sqlite_tible", StringComparison.Ordinal),
            _ => "{{{{",
        });

        var said = await FailAsync("apply", "--auto-approve");

        said.ShouldContain("The state is damaged");
        var backup = Regex.Match(said, @"\S*state\.\d+\.klstate").Value;
        File.Exists(backup).ShouldBeTrue(said);
        File.Copy(backup, StateFile, overwrite: true);
        (await _project.ExpectAsync(0, "plan")).ShouldNotContain("Error");
    }

    [Fact]
    public async Task Apply_StalePlanFile_IsRefused()
    {
        await InitAsync();
        await _project.ExpectAsync(0, "plan", "-o", PlanFile);
        await _project.ExpectAsync(0, "apply", "--auto-approve");

        (await FailAsync("apply", PlanFile)).ShouldContain("The plan is stale");

        await _project.ExpectAsync(0, "plan", "--detailed-exitcode");
    }

    [Fact]
    public async Task Apply_ConfigurationChangedAfterThePlan_IsRefused()
    {
        await InitAsync();
        await _project.ExpectAsync(0, "plan", "-o", PlanFile);
        _project.Edit("main.kl", "INTEGER", "TEXT");

        (await FailAsync("apply", PlanFile)).ShouldContain("The plan is stale");

        (await _project.ExpectAsync(0, "state", "list")).ShouldContain("Nothing is recorded yet.");
    }

    [Fact]
    public async Task Apply_EditedPlanFile_IsRefused()
    {
        await InitAsync();
        await _project.ExpectAsync(0, "plan", "-o", PlanFile);
        File.WriteAllText(PlanFile, File.ReadAllText(PlanFile).Replace("INTEGER", "TEXT", StringComparison.Ordinal));

        (await FailAsync("apply", PlanFile)).ShouldContain("The plan file has been edited or damaged");
        (await FailAsync("show", PlanFile)).ShouldContain("The plan file has been edited or damaged");

        (await _project.ExpectAsync(0, "state", "list")).ShouldContain("Nothing is recorded yet.");
    }

    [Theory]
    [InlineData("missing.klplan", null, "There is no such plan file")]
    [InlineData("text.klplan", "hello", "plan file")]
    public async Task Apply_NoPlanFile_SaysHowToMakeOne(string name, string? text, string expected)
    {
        await InitAsync();
        if (text is not null)
        {
            _project.Write(name, text);
        }

        var said = await FailAsync("apply", _project.File(name));

        said.ShouldContain(expected);
        said.ShouldContain("plan -o");
    }

    public void Dispose() => _project.Dispose();

    private async Task InitAsync()
    {
        _project.Write("main.kl", Configuration);
        await _project.ExpectAsync(0, "init");
    }

    /// <summary>Two applies, so that there is a backup of the state between them.</summary>
    private async Task ApplyTwiceAsync()
    {
        await InitAsync();
        await _project.ExpectAsync(0, "apply", "--auto-approve");
        _project.Edit("main.kl", "create \"sqlite_table\" \"a\"", "create \"sqlite_table\" \"b\" {\n  column \"id\" {\n    type = \"INTEGER\"\n  }\n}\ncreate \"sqlite_table\" \"a\"");
        await _project.ExpectAsync(0, "apply", "--auto-approve");
    }

    private async Task<string> FailAsync(params string[] arguments)
    {
        var run = await _project.KolumnAsync(arguments);
        run.ExitCode.ShouldBe(1, run.Output + run.Errors);
        run.Errors.ShouldStartWith("Error: ");
        run.Errors.ShouldNotContain("   at ");
        return run.Errors;
    }
}
