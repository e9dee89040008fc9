using System.Text.Json.Nodes;
using System.Xml.Linq;
using Kolumn.Servers;
using Kolumn.Testing;

namespace Kolumn.Compliance.Tests;

/// <summary>The command itself, on the published way: the real <c>kolumn</c> and real provider processes.</summary>
public sealed class VerifyCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static string Sqlite => Repository.Executable("Kolumn.Providers.Sqlite", "kolumn-provider-sqlite");

    /// <summary>The wrong provider without a defect, which is that of SQLite: what the defects' tests find is theirs.</summary>
    [Fact]
    public async Task Verify_SoundSqliteInItsProfile_EndsWithZeroAndWritesABadge()
    {
        var badge = _folder.File("badge.svg");

        var run = await VerifyAsync(Verified.Wrong, Fixtures.Sqlite(_folder.File("shop.db"), password: false), "--profile", "sql", "--badge", badge);

        run.ExitCode.ShouldBe(0, run.Output + run.Errors);
        run.Output.ShouldContain("Level Full. Certified would need types.profile.");
        run.Output.ShouldNotContain("missed");
        run.Output.ShouldContain("skipped  types.profile [schema], types.profile [function], types.profile [sequence]: It is not among resource_types");
        XDocument.Load(badge).Root!.Attribute("aria-label")!.Value.ShouldBe("kolumn: full");
    }

    [Fact]
    public async Task Verify_WrongProvider_EndsWithTwoAndSaysWhatWasSentAndWhatToDo()
    {
        var run = await VerifyAsync(Verified.Wrong, Wrong("unknown-functions-succeed"), "--only", "functions.unknown");

        run.ExitCode.ShouldBe(2, run.Output + run.Errors);
        run.Output.ShouldContain("missed  functions.unknown [\"Frobnicate\"]  MUST, specification 2.4");
        run.Output.ShouldContain("    Frobnicate succeeded");
        run.Output.ShouldContain("    sent    Frobnicate {}");
        run.Output.ShouldContain("    got     {\"success\":true}");
        run.Output.ShouldContain("    fix     Fail with the status UNIMPLEMENTED and that message.");
    }

    [Fact]
    public async Task Verify_DatabaseOutOfReach_IsTheConfigurationsFault()
    {
        var run = await VerifyAsync(Sqlite, Fixtures.Sqlite(_folder.File("no/such/folder/shop.db"), password: false));

        run.ExitCode.ShouldBe(1, run.Output + run.Errors);
        run.Output.ShouldNotContain("missed");
        run.Errors.ShouldContain("The provider refuses the configuration that it is to be verified with");
        run.Errors.ShouldContain("not counted against the provider");
    }

    [Fact]
    public async Task Verify_WithoutConfiguration_TriesWhatNeedsNone()
    {
        var run = await KolumnAsync("verify", Sqlite);

        run.ExitCode.ShouldBe(1, run.Output + run.Errors);
        run.Output.ShouldContain("Not reached: verify.json says no configuration (config)");
        run.Errors.ShouldContain("could not be tried");
    }

    [Theory]
    [InlineData("--only", "shema", "There is no rule \"shema\"", "schema")]
    [InlineData("--format", "xml", "--format cannot be \"xml\"", "console, junit, sarif, json, markdown")]
    [InlineData("--profile", "sqll", "--profile cannot be \"sqll\"", "\"sql\"")]
    [InlineData("--config", "nowhere.json", "nowhere.json cannot be read", "")]
    public async Task Verify_WrongOption_IsRefusedBeforeAnythingRuns(string option, string value, string summary, string hint)
    {
        var run = await KolumnAsync("verify", Sqlite, option, value);

        run.ExitCode.ShouldBe(1);
        run.Errors.ShouldContain(summary);
        run.Errors.ShouldContain(hint);
    }

    [Fact]
    public async Task Verify_NoSuchFile_SaysSo()
    {
        var run = await KolumnAsync("verify", _folder.File("kolumn-provider-none"));

        run.ExitCode.ShouldBe(1);
        run.Errors.ShouldContain("There is no file");
    }

    [Fact]
    public async Task Verify_SomethingThatIsNoProvider_IsAFindingAndNoCrash()
    {
        var run = await VerifyAsync("/bin/true", Fixtures.Sqlite("x.db", password: false));

        run.ExitCode.ShouldBe(2, run.Output + run.Errors);
        run.Output.ShouldContain("missed  launch.starts");
        run.Output.ShouldContain("before it served");
    }

    [Fact]
    public async Task Verify_AsJUnitSarifJsonAndMarkdown_IsWellFormedAndSaysTheSame()
    {
        var file = Wrong("version-differs");

        var junit = XDocument.Parse((await VerifyAsync(Verified.Wrong, file, "--only", "version", "--format", "junit")).Output).Root!.Element("testsuite")!;
        var sarif = JsonNode.Parse((await VerifyAsync(Verified.Wrong, file, "--only", "version", "--format", "sarif")).Output)!["runs"]![0]!;
        var json = JsonNode.Parse((await VerifyAsync(Verified.Wrong, file, "--only", "version", "--format", "json")).Output)!;
        var markdown = (await VerifyAsync(Verified.Wrong, file, "--only", "version", "--format", "markdown")).Output;

        junit.Attribute("failures")!.Value.ShouldBe("1");
        junit.Elements("testcase").Single(c => c.Element("failure") is not null).Attribute("name")!.Value.ShouldBe("version.agrees");
        var result = sarif["results"]!.AsArray().Single(r => (string?)r!["kind"] == "fail")!;
        ((string?)result["ruleId"], (string?)result["level"]).ShouldBe(("version.agrees", "error"));
        ((string?)sarif["tool"]!["driver"]!["rules"]![(int)result["ruleIndex"]!]!["id"]).ShouldBe("version.agrees");
        ((string?)json["findings"]![0]!["verdict"], (bool)json["partial"]!, (string?)json["level"]).ShouldBe(("failed", true, null));
        markdown.ShouldContain("## version.agrees (MUST, failed)");
    }

    public void Dispose() => _folder.Dispose();

    private string Wrong(string defect)
    {
        var file = (JsonObject)JsonNode.Parse(Fixtures.Sqlite(_folder.File("wrong.db"), password: false))!;
        file["variables"] = new JsonObject { ["WRONG"] = defect };
        return file.ToJsonString();
    }

    private Task<CommandResult> VerifyAsync(string provider, string file, params string[] arguments) =>
        KolumnAsync(["verify", provider, "--config", _folder.Write("verify.json", file), .. arguments]);

    private static Task<CommandResult> KolumnAsync(params string[] arguments) => Command.RunAsync(
        Repository.Executable("Kolumn.Cli", "kolumn"),
        arguments,
        TimeSpan.FromMinutes(3),
        TestContext.Current.CancellationToken,
        new Dictionary<string, string> { ["NO_COLOR"] = "1" });
}
