using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Tests.Folders;

namespace Kolumn.Sdk.Tests.Internal;

public sealed class DetectDriftTests
{
    [Fact]
    public async Task Detect_NothingAskedFor_ComparesTheWholeState()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();
        await provider.ApplyAsync(
            FolderProvider.Create("note", "same"),
            FolderProvider.Create("note", "changed", """{"text":"x","lines":[{"name":"l1","text":"a"},{"name":"l2"}]}"""),
            FolderProvider.Create("blob", "gone"));
        await File.WriteAllTextAsync(
            provider.FileOf("note", "changed"),
            """{"name":"changed","text":"y","kind":"rich","lines":[{"name":"l1","text":"b"}]}""",
            TestContext.Current.CancellationToken);
        File.Delete(provider.FileOf("blob", "gone"));

        var drift = await DetectAsync(provider, new DriftRequest());

        drift.Success.ShouldBeTrue(drift.Error);
        drift.HasDrift.ShouldBeTrue();
        drift.Changes.ShouldBeNull();
        drift.Resources.Select(r => $"{r.Address} {r.Status} {r.HasDrift}").ShouldBe(
            ["folder_note.same in_sync False", "folder_note.changed drifted True", "folder_blob.gone missing True"]);
        Show(drift.Resources[1]).ShouldBe(
            [
                """modified text "x" "y" medium""",
                """modified lines.l1.text "a" "b" medium""",
                """removed lines.l2 {"name":"l2"} - high""",
                """added kind - "rich" high""",
            ]);
        Show(drift.Resources[2]).ShouldBe(["""removed  {"name":"gone"} - critical"""]);
        drift.Resources[1].ActualState!["text"]!.GetValue<string>().ShouldBe("y");
        drift.Resources[2].ActualState.ShouldBeNull();
        drift.Resources[2].Recommendations.ShouldBe(["Plan to create it again, or remove it from the configuration."]);
        drift.Summary.ShouldSatisfyAllConditions(
            s => s.TotalResources.ShouldBe(3),
            s => s.TotalDifferences.ShouldBe(5),
            s => s.BySeverity.ShouldBe(new Dictionary<string, int> { ["medium"] = 2, ["high"] = 2, ["critical"] = 1 }, ignoreOrder: true),
            s => s.ByChangeType.ShouldBe(new Dictionary<string, int> { ["modified"] = 2, ["removed"] = 2, ["added"] = 1 }, ignoreOrder: true),
            s => s.RequiresAction.ShouldBeTrue());
    }

    [Fact]
    public async Task Detect_NoState_FindsNothingToCompare()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();

        var drift = await DetectAsync(provider, new DriftRequest());

        drift.ShouldSatisfyAllConditions(
            d => d.Success.ShouldBeTrue(), d => d.HasDrift.ShouldBeFalse(), d => d.Resources.ShouldBeEmpty(), d => d.Summary.RequiresAction.ShouldBeFalse());
    }

    [Fact]
    public async Task Detect_OneResource_AnswersItsChangesBesides()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();
        await provider.ApplyAsync(FolderProvider.Create("note", "a", """{"text":"x"}"""));

        var recorded = await DetectAsync(provider, new DriftRequest { ResourceType = "note", Name = "a" });
        var given = await DetectAsync(provider, new DriftRequest { ResourceType = "folder_note", Name = "label", ManagedState = Json("""{"name":"a","text":"old","_config_hash":"h"}""") });

        recorded.ShouldSatisfyAllConditions(d => d.HasDrift.ShouldBeFalse(), d => d.Changes.ShouldBe([]));
        given.HasDrift.ShouldBeTrue();
        given.Changes!.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            c => c.Field.ShouldBe("text"), c => c.ExpectedValue!.GetValue<string>().ShouldBe("old"), c => c.ActualValue!.GetValue<string>().ShouldBe("x"));
    }

    [Theory]
    [InlineData(new[] { "text" }, "lines.l1.text lines.l2.text")]
    [InlineData(new[] { "lines" }, "text")]
    [InlineData(new[] { "lines.l1" }, "text lines.l2.text")]
    [InlineData(new[] { "lines.*.text" }, "text")]
    [InlineData(new[] { "lines.*.text", "text" }, "")]
    [InlineData(new[] { "*" }, "")]
    [InlineData(new[] { "line" }, "text lines.l1.text lines.l2.text")]
    public async Task Detect_IgnoredFields_DoNotCount(string[] ignored, string expected)
    {
        await using var provider = await FolderProvider.ConfiguredAsync();
        await provider.ApplyAsync(FolderProvider.Create("note", "a", """{"text":"x","lines":[{"name":"l1","text":"a"},{"name":"l2","text":"b"}]}"""));

        var drift = await DetectAsync(provider, new DriftRequest
        {
            ResourceType = "note",
            Name = "a",
            ManagedState = Json("""{"name":"a","text":"-","lines":[{"name":"l1","text":"-"},{"name":"l2","text":"-"}]}"""),
            Options = new DriftOptions { IgnoreFields = ignored },
        });

        string.Join(' ', drift.Changes!.Select(c => c.Field)).ShouldBe(expected);
        drift.HasDrift.ShouldBe(expected.Length > 0);
        drift.Resources[0].Status.ShouldBe(expected.Length > 0 ? "drifted" : "in_sync");
        var slip = drift.Diagnostics?.ShouldHaveSingleItem().ToString();
        slip.ShouldBe(ignored is ["line"] ? "ignore_fields names \"line\", which is no attribute. Did you mean \"lines\"?" : null);
    }

    [Fact]
    public async Task Detect_Unmanaged_AreListedWithoutBeingDrift()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();
        await provider.ApplyAsync(FolderProvider.Create("note", "ours"));
        await File.WriteAllTextAsync(provider.FileOf("blob", "theirs"), """{"name":"theirs","text":"t"}""", TestContext.Current.CancellationToken);

        var drift = await DetectAsync(provider, new DriftRequest { Options = new DriftOptions { IncludeUnmanaged = true } });

        drift.HasDrift.ShouldBeFalse();
        drift.Resources.Select(r => $"{r.Address} {r.Status}").ShouldBe(["folder_note.ours in_sync", "folder_blob.theirs unmanaged"]);
        drift.Resources[1].ActualState!["text"]!.GetValue<string>().ShouldBe("t");
        (await DetectAsync(provider, new DriftRequest())).Resources.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Detect_Computed_CountsOnlyWhenLookedAtDeeply()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();
        await File.WriteAllTextAsync(provider.FileOf("note", "a"), """{"name":"a","bytes":7}""", TestContext.Current.CancellationToken);
        var request = new DriftRequest { ResourceType = "note", Name = "a", ManagedState = Json("""{"name":"a","bytes":5}""") };

        (await DetectAsync(provider, request)).HasDrift.ShouldBeFalse();
        (await DetectAsync(provider, request with { Options = new DriftOptions { DeepInspection = true } })).Changes!.ShouldHaveSingleItem().Field.ShouldBe("bytes");
    }

    [Fact]
    public async Task Detect_WhatMakesNoSense_IsAnErrorInItsPlaceAndTheRestIsCompared()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();
        await provider.ApplyAsync(FolderProvider.Create("note", "a"));

        var drift = await DetectAsync(provider, new DriftRequest
        {
            Resources =
            [
                new DriftTarget { ResourceType = "nte", Name = "a" },
                new DriftTarget { ResourceType = "note", Name = "a" },
                new DriftTarget { ResourceType = "note", Name = "" },
                new DriftTarget { ResourceType = "note", Name = "b" },
                new DriftTarget { ResourceType = "note", Name = "c", ManagedState = Json("""{"x":1}""") },
            ],
        });

        drift.Success.ShouldBeTrue();
        drift.HasDrift.ShouldBeFalse();
        drift.Resources.Select(r => $"{r.Status}: {r.Metadata?["error"]} {r.Recommendations?[0]}").ShouldBe(
            [
                "error: there is no resource type \"nte\" Did you mean \"note\"?",
                "in_sync:  ",
                "error: the resource has no name ",
                "error: note b is neither in the state nor in the database Call SetState first or send managed_state.",
                "error: what is recorded is not a definition of its type Take the record from a backup, or remove it from the state and plan: an equal object is adopted untouched.",
            ]);
    }

    [Fact]
    public async Task Detect_OneTypeUnreadable_TheOthersAreStillCompared()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();
        await provider.ApplyAsync(FolderProvider.Create("note", "a"), FolderProvider.Create("blob", "b"));
        await File.WriteAllTextAsync(provider.FileOf("note", "torn"), "{", TestContext.Current.CancellationToken);

        var drift = await DetectAsync(provider, new DriftRequest { Options = new DriftOptions { IncludeUnmanaged = true } });

        drift.Success.ShouldBeTrue();
        drift.Resources.Select(r => $"{r.Address} {r.Status} {r.Metadata?["error"]} {r.Recommendations?[0]}").ShouldBe(
            [
                "folder_note.a error note~torn.json is not understood Mend it.",
                "folder_blob.b in_sync  ",
                "folder_note. error note~torn.json is not understood Mend it.",
            ]);
    }

    [Fact]
    public async Task Detect_TwoWaysAtOnce_IsRefused()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();

        var drift = await DetectAsync(provider, new DriftRequest { ResourceType = "note", Name = "a", Resources = [new DriftTarget()] });

        drift.Details!["reason"]!.GetValue<string>().ShouldBe("INVALID_REQUEST");
        (await DetectAsync(provider, new DriftRequest())).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Detect_DatabaseGone_FailsAsAWhole()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();
        await provider.ApplyAsync(FolderProvider.Create("note", "a"));
        Directory.Move(provider.Root, provider.Root + "-away");

        var drift = await DetectAsync(provider, new DriftRequest());
        Directory.Move(provider.Root + "-away", provider.Root);

        drift.ShouldSatisfyAllConditions(d => d.Success.ShouldBeFalse(), d => d.Code.ShouldBe("CONNECTION_ERROR"));
        (await DetectAsync(provider, new DriftRequest())).Resources.ShouldHaveSingleItem().Status.ShouldBe("in_sync");
    }

    [Fact]
    public async Task Detect_Secrets_AreNeitherComparedNorShown()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();
        await provider.ApplyAsync(FolderProvider.Create("note", "a", """{"pin":"1234x"}"""));
        await File.WriteAllTextAsync(provider.FileOf("note", "a"), """{"name":"a","pin":"9876y"}""", TestContext.Current.CancellationToken);

        var output = await provider.Dispatcher.CallFunctionAsync(FunctionNames.DetectDrift, "{}"u8.ToArray(), TestContext.Current.CancellationToken);

        var text = System.Text.Encoding.UTF8.GetString(output.Span);
        text.ShouldContain("\"status\":\"in_sync\"");
        text.ShouldNotContain("9876y");
        text.ShouldNotContain("1234x");
    }

    private static Task<DriftResponse> DetectAsync(FolderProvider provider, DriftRequest request) =>
        provider.CallAsync<DriftRequest, DriftResponse>(FunctionNames.DetectDrift, request);

    private static IEnumerable<string> Show(ResourceDrift drift) => drift.Changes.Select(c =>
        $"{c.ChangeType} {c.Field} {c.ExpectedValue?.ToJsonString() ?? "-"} {c.ActualValue?.ToJsonString() ?? "-"} {c.Severity}");

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
