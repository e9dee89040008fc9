using Kolumn.Core.Tests.Support;
using Kolumn.Protocol;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Core.Tests.Engine;

public sealed class SeveralProvidersTests
{
    private const string Providers = TestProject.Provider + """
        provider "archive" { directory = "${env.FILES}/archive" }

        """;

    private const string Chain = Providers + """
        create "files_folder" "first" {}
        create "archive_document" "second" { content = files_folder.first.name }
        create "files_document" "third" { content = archive_document.second.name }
        create "files_document" "alone" {}
        """;

    private static TestProject Two() => new(new FilesBehaviour(), new FilesBehaviour { Provider = "archive" });

    [Fact]
    public async Task Plan_ResourcesOfAnotherBetweenItsOwn_AsksAProviderTwiceInOrder()
    {
        using var project = Two();
        project.Write(Chain);

        var plan = (await project.PlanAsync()).Plan!;

        plan.Batches.Select(b => $"{b.Instance}: {string.Join(", ", b.Plan.Operations.Select(o => o.Address))}").ShouldBe([
            "files: files_folder.first, files_document.alone",
            "archive: archive_document.second",
            "files: files_document.third",
        ]);
    }

    [Fact]
    public async Task ApplyAndDestroy_AcrossProviders_ConvergeAndDeleteInReverse()
    {
        using var project = Two();
        project.Write(Chain);
        (await project.ApplyAsync()).Counts.Created.ShouldBe(4);
        await project.ShouldBeConvergedAsync();

        var report = await project.DestroyAsync();

        report.Success.ShouldBeTrue();
        report.Results.Select(r => r.Address).ShouldBe(["files_document.alone", "files_document.third", "archive_document.second", "files_folder.first"], ignoreOrder: true);
        var order = report.Results.Select(r => r.Address).ToList();
        order.IndexOf("files_document.third").ShouldBeLessThan(order.IndexOf("archive_document.second"));
        order.IndexOf("archive_document.second").ShouldBeLessThan(order.IndexOf("files_folder.first"));
        project.Engine().State().Resources.ShouldBeEmpty();
    }

    [Fact]
    public async Task Destroy_SomethingFollowsABatchBeforeIntoQuarantine_IsToldWhereThePlanCouldNot()
    {
        using var project = Two();
        project.Write(Chain);
        await project.ApplyAsync();
        project.Files.MovedTo["files_folder.first"] = "beside";

        await project.DestroyAsync();

        project.Observer.Events.OfType<ResourceFinished>().Where(done => done.InQuarantine).Select(done => done.Address).ShouldBe(["files_folder.first"]);
    }

    [Fact]
    public async Task Apply_OneProviderFails_DependantsAreSkippedAndTheOthersGoOn()
    {
        using var project = Two();
        project.Write(Providers + """
            create "files_folder" "first" {}
            create "archive_document" "sound" { content = files_folder.first.name }
            create "archive_document" "second" { content = files_folder.first.name }
            create "files_document" "third" { content = archive_document.second.name }
            create "files_document" "fourth" { content = files_document.third.name }
            create "files_document" "beside" { content = archive_document.sound.name }
            """);
        project.Behaviours[1].FailAt = "archive_document.second";

        var report = await project.ApplyAsync();

        report.Success.ShouldBeFalse();
        report.Results.Select(r => $"{r.Address} {r.Outcome}").ShouldBe([
            "files_folder.first Succeeded", "archive_document.sound Succeeded", "archive_document.second Failed",
            "files_document.third Skipped", "files_document.fourth Skipped", "files_document.beside Succeeded",
        ]);

        project.Behaviours[1].FailAt = null;
        (await project.ApplyAsync()).Success.ShouldBeTrue();
        await project.ShouldBeConvergedAsync();
    }

    [Fact]
    public async Task Apply_UnknownValues_ArePlannedAndAppliedInStages()
    {
        using var project = Two();
        project.Write(Providers + """
            create "files_document" "source" { content = "12345" }
            create "archive_document" "copy" { pages = files_document.source.size }
            create "files_document" "last" { content = "${archive_document.copy.location} of ${files_document.source.size}" }
            create "files_document" "after" { depends_on = [files_document.last] }
            output "where" { value = files_document.last.location }
            """);

        var plan = (await project.PlanAsync()).Plan!;
        var report = await project.ApplyAsync();

        plan.Operations.Select(o => o.Address).ShouldBe(["files_document.source"]);
        plan.Deferred.Select(d => $"{d.Action} {d.Address} {d.Instance} [{string.Join(", ", d.UnknownAttributes)}]").ShouldBe([
            "create archive_document.copy archive [pages]", "create files_document.last files [content]", "create files_document.after files []",
        ]);
        report.Diagnostics.ShouldBeEmpty();
        report.Counts.Created.ShouldBe(4);
        project.Read("files_document", "last")!["content"]!.GetValue<string>().ShouldBe("files/copy of 5");
        report.Outputs.Single().Value!.GetValue<string>().ShouldBe("files/last");
        await project.ShouldBeConvergedAsync();
    }

    [Fact]
    public async Task Apply_ValueIsNeverProvided_SaysWhichAfterDoingTheRest()
    {
        using var project = new TestProject();
        project.Write(TestProject.Provider + """
            create "files_document" "source" {}
            create "files_document" "copy" { content = files_document.source.secret }
            """);

        var report = await project.ApplyAsync();

        var unknown = report.Diagnostics.ShouldHaveSingleItem();
        (unknown.Code, unknown.Place!.Line, unknown.Place.Column).ShouldBe((CoreCodes.UnknownValue, 5, 44));
        report.Counts.Created.ShouldBe(1);
    }

    [Fact]
    public async Task Aliases_ChosenByTheProviderArgument_EachHaveTheirOwnConnection()
    {
        using var project = new TestProject();
        project.Write("""
            provider "files" { directory = "${env.FILES}/main" }
            provider "files" "other" {
              directory = "${env.FILES}/other"
              transport = "unix"
            }
            create "files_folder" "a" {}
            create "files_folder" "b" { provider = files.other }
            """);

        (await project.ApplyAsync()).Success.ShouldBeTrue();

        File.Exists(Path.Combine(project.World, "main", "files_folder", "a.json")).ShouldBeTrue();
        File.Exists(Path.Combine(project.World, "other", "files_folder", "b.json")).ShouldBeTrue();
        project.Files.Inits.Select(i => $"{i.Provider} {i.Settings?.ToJsonString()}").ShouldBe(["files ", """files.other {"transport":"unix"}"""], ignoreOrder: true);
        project.Engine().State().Resources.Select(r => $"{r.Name} {r.Provider}").ShouldBe(["a files", "b files.other"]);
        await project.ShouldBeConvergedAsync();
    }

    [Theory]
    [InlineData("""create "files_folder" "a" {}""", "MISSING_PROVIDER No provider for files_folder|Add a block provider \"files\" { … }.")]
    [InlineData(TestProject.Provider + """create "files_foldr" "a" {}""", "UNKNOWN_RESOURCE_TYPE Unknown resource type \"files_foldr\"|Did you mean \"files_folder\"?")]
    [InlineData("""create "other_thing" "a" {}""", "MISSING_PROVIDER No provider for other_thing|Add a block provider \"other\" { … }; no installed provider is called other, installed are archive, files.")]
    [InlineData("""provider "fils" {}""", "PROVIDER_NOT_FOUND Provider \"fils\" is not installed|Installed are archive, files. Did you mean \"files\"? Put kolumn-provider-fils beside the kolumn executable or into .kolumn/providers.")]
    [InlineData("provider \"files\" \"a\" { directory = \"x\" }\nprovider \"files\" \"b\" { directory = \"y\" }\ncreate \"files_folder\" \"a\" {}", "AMBIGUOUS_PROVIDER Several files providers, none of them the default|Choose one with provider = files.a; there are files.a, files.b.")]
    [InlineData("provider \"files\" {}\ncreate \"files_folder\" \"a\" {}", "MISSING_ATTRIBUTE Missing attribute \"directory\"|")]
    [InlineData("provider \"files\" {\n  directory = files_document.a.location\n}\ncreate \"files_document\" \"a\" {}", "UNKNOWN_VALUE \"directory\" is not known yet|A provider is configured before any resource exists, so its block cannot use what a resource provides.")]
    [InlineData("provider \"files\" {\n  directory = \"x\"\n  password = \"wrong secret\"\n}\ncreate \"files_folder\" \"a\" {}", "CONNECTION_ERROR The password was refused|The server did not take \"(sensitive value)\".")]
    public async Task Plan_ProviderIsMissingOrMisconfigured_SaysWhatToDo(string text, string expected)
    {
        using var project = Two();
        project.Write(text);

        var result = await project.PlanAsync();

        var diagnostic = result.Diagnostics.ShouldHaveSingleItem();
        diagnostic.Place.ShouldNotBeNull();
        $"{diagnostic.Code} {diagnostic.Summary}|{diagnostic.Detail}".ShouldBe(expected);
        diagnostic.Place.LineText.ShouldNotContain("wrong secret");
    }

    [Fact]
    public async Task Plan_ProviderCannotBeStarted_NamesTheCause()
    {
        using var project = new TestProject();
        project.Registry.Register("broken", _ => throw new InvalidOperationException("no handshake within 10 s"));
        project.Write("provider \"broken\" {}");

        var failed = (await project.PlanAsync()).Diagnostics.ShouldHaveSingleItem();

        failed.Code.ShouldBe(CoreCodes.ProviderFailed);
        failed.Detail.ShouldBe("no handshake within 10 s. Nothing has been changed.");
    }

    [Fact]
    public async Task Plan_UnknownProviderAttribute_IsAWarningAndNotSent()
    {
        using var project = new TestProject();
        project.Write("provider \"files\" {\n  directory = env.FILES\n  retires = 3\n  retries = \"4\"\n}\ncreate \"files_folder\" \"a\" {}");

        var result = await project.PlanAsync();

        var warning = result.Diagnostics.ShouldHaveSingleItem();
        (warning.Severity, warning.Place!.Line, warning.Detail!.EndsWith("Did you mean \"retries\"?", StringComparison.Ordinal)).ShouldBe((Severity.Warning, 3, true));
        project.Files.Inits.Single().Connection.ToJsonString().ShouldBe($$"""{"directory":"{{project.World}}","retries":4}""");
    }

    [Fact]
    public async Task Plan_ProviderBlockRemovedWhileItsResourcesExist_SaysToPutItBack()
    {
        using var project = Two();
        project.Write(Chain);
        await project.ApplyAsync();
        project.Write(TestProject.Provider);

        var missing = (await project.PlanAsync()).Diagnostics.ShouldHaveSingleItem();

        (missing.Code, missing.Summary).ShouldBe((CoreCodes.MissingProvider, "Provider archive has no block any more"));
        project.Write(Providers);
        (await project.ApplyAsync()).Counts.Deleted.ShouldBe(4);
    }
}
