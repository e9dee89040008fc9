using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Tests.Folders;

namespace Kolumn.Sdk.Tests.Internal;

public sealed class ValidateStateTests
{
    [Fact]
    public async Task Validate_WhatWasApplied_IsValid()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();
        await provider.ApplyAsync(FolderProvider.Create("note", "a", """{"pin":"1234"}"""), FolderProvider.Create("note", "b", """{"after":["note.a"]}""", "note.a"));

        var answer = await ValidateAsync(provider, new ValidateRequest());

        answer.ShouldSatisfyAllConditions(
            a => a.Success.ShouldBeTrue(a.Error), a => a.Valid.ShouldBeTrue(), a => a.Checked.ShouldBe(2),
            a => a.Errors.ShouldBeEmpty(), a => a.Warnings.ShouldBeEmpty(), a => a.Suggestions.ShouldBeNull());
    }

    [Fact]
    public async Task Validate_EveryFault_IsToldAtOnce()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();
        var state = new ProviderState
        {
            Resources =
            [
                Instance("folder_nte", "x"),
                Instance("folder_note", "one", "one") with { Status = "resting", Config = Json("""{"txt":"x","kind":"odd"}""") },
                Instance("note", "one", "one"),
                Instance("folder_note", "two", "one"),
                Instance("folder_note", "three") with { State = Json("""{"nothing":1}""") },
                Instance("folder_note", "four") with { State = [] },
                Instance("folder_note", "five", "five") with { DependsOn = ["folder_note.six", "other_thing.seven", "folder_note.nowhere", "x"] },
                Instance("folder_note", "six", "six") with { DependsOn = ["folder_note.five"] },
            ],
        };

        var answer = await ValidateAsync(provider, new ValidateRequest { State = state, Options = new ValidateOptions { CheckDatabase = false } });

        answer.Success.ShouldBeTrue();
        answer.Valid.ShouldBeFalse();
        answer.Checked.ShouldBe(8);
        answer.Errors.Select(e => $"{e.Resource} {e.Field} {e.Code}: {e.Message}").ShouldBe(
            [
                "folder_nte.x  INVALID_RESOURCE_TYPE: there is no resource type \"folder_nte\"",
                "folder_note.one status INVALID_VALUE: \"resting\" is no status",
                "folder_note.one txt UNKNOWN_ATTRIBUTE: there is no attribute \"txt\"",
                "folder_note.one kind INVALID_VALUE: the value is not one of those allowed",
                "note.one  DUPLICATE_RESOURCE: the resource occurs twice in the state",
                "folder_note.two  DUPLICATE_RESOURCE: note one is recorded twice",
                "folder_note.three  STATE_ERROR: what is recorded is not a definition of its type",
                "folder_note.five depends_on STATE_ERROR: it depends on folder_note.nowhere, which is not in the state",
                "folder_note.five depends_on INVALID_VALUE: \"x\" is no address",
                "folder_note.five  DEPENDENCY_CYCLE: the resources depend on each other: folder_note.five -> folder_note.six -> folder_note.five",
            ]);
        answer.Warnings.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            w => w.Resource.ShouldBe("folder_note.four"), w => w.Severity.ShouldBe(Severity.Warning), w => w.Suggestion.ShouldBe("Plan and apply: that records it again."));
        answer.Suggestions.ShouldNotBeNull().ShouldContain("Did you mean \"text\"?");
    }

    [Fact]
    public async Task Validate_AgainstTheDatabase_NamesWhatIsMissingAndWhatDiffers()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();
        await provider.ApplyAsync(FolderProvider.Create("note", "changed", """{"text":"x"}"""), FolderProvider.Create("note", "gone"));
        await File.WriteAllTextAsync(provider.FileOf("note", "changed"), """{"name":"changed","text":"y"}""", TestContext.Current.CancellationToken);
        File.Delete(provider.FileOf("note", "gone"));

        var answer = await ValidateAsync(provider, new ValidateRequest());
        var strict = await ValidateAsync(provider, new ValidateRequest { Options = new ValidateOptions { Strict = true } });
        var offline = await ValidateAsync(provider, new ValidateRequest { Options = new ValidateOptions { CheckDatabase = false } });

        answer.Valid.ShouldBeFalse();
        answer.Errors.ShouldHaveSingleItem().ShouldSatisfyAllConditions(e => e.Resource.ShouldBe("folder_note.gone"), e => e.Message.ShouldBe("it does not exist in the database"));
        answer.Warnings.ShouldHaveSingleItem().ShouldSatisfyAllConditions(w => w.Resource.ShouldBe("folder_note.changed"), w => w.Message.ShouldBe("it is not as recorded: text"));
        strict.ShouldSatisfyAllConditions(s => s.Errors.Count.ShouldBe(2), s => s.Warnings.ShouldBeEmpty(), s => s.Errors.ShouldAllBe(e => e.Severity == Severity.Error));
        offline.Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task Validate_Strict_TurnsAWarningIntoAnError()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();
        var state = new ProviderState { Resources = [Instance("note", "a") with { State = [] }] };

        (await ValidateAsync(provider, new ValidateRequest { State = state })).ShouldSatisfyAllConditions(a => a.Valid.ShouldBeTrue(), a => a.Warnings.Count.ShouldBe(1));
        (await ValidateAsync(provider, new ValidateRequest { State = state, Options = new ValidateOptions { Strict = true } })).Valid.ShouldBeFalse();
    }

    [Fact]
    public async Task Validate_OnlySomeTypes_LeavesTheOthersAlone()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();
        var state = new ProviderState { Resources = [Instance("folder_note", "a", "a"), Instance("folder_blob", "b") with { State = Json("""{"x":1}""") }] };

        var notes = await ValidateAsync(provider, new ValidateRequest { State = state, ResourceTypes = ["note"], Options = new ValidateOptions { CheckDatabase = false } });
        var unknown = await ValidateAsync(provider, new ValidateRequest { State = state, ResourceTypes = ["notes"] });

        notes.ShouldSatisfyAllConditions(n => n.Valid.ShouldBeTrue(), n => n.Checked.ShouldBe(1));
        unknown.ShouldSatisfyAllConditions(u => u.Success.ShouldBeFalse(), u => u.Error.ShouldBe("there is no resource type \"notes\". Did you mean \"note\"?"));
    }

    [Fact]
    public async Task Validate_OneConfiguration_ChecksItAsPlanningDoes()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();

        var wrong = await ValidateAsync(provider, new ValidateRequest { ObjectType = "note", Config = Json("""{"name":"a","lines":[{"text":"x"}],"colour":"red"}""") });
        var right = await ValidateAsync(provider, new ValidateRequest { ObjectType = "folder_note", Config = Json("""{"name":"a","pin":"s3cret!"}""") });
        var half = await ValidateAsync(provider, new ValidateRequest { Config = [] });

        wrong.Errors.Select(e => $"{e.Resource} {e.Field} {e.Code}").ShouldBe(["note.a lines[0].name MISSING_ATTRIBUTE", "note.a colour UNKNOWN_ATTRIBUTE"]);
        wrong.Checked.ShouldBe(1);
        right.Valid.ShouldBeTrue();
        half.Details!["reason"]!.GetValue<string>().ShouldBe("INVALID_REQUEST");
    }

    [Theory]
    [InlineData("2.0.0", "state version 2.0.0 cannot be read")]
    [InlineData("new", "\"new\" is not a state version")]
    public async Task Validate_FormatOfAnotherTime_IsTheOnlyFinding(string version, string message)
    {
        await using var provider = await FolderProvider.ConfiguredAsync();

        var answer = await ValidateAsync(provider, new ValidateRequest { State = new ProviderState { Version = version, Resources = [Instance("nope", "x")] } });

        answer.Valid.ShouldBeFalse();
        answer.Errors.ShouldHaveSingleItem().ShouldSatisfyAllConditions(e => e.Message.ShouldBe(message), e => e.Field.ShouldBe("version"));
    }

    private static Task<ValidateResponse> ValidateAsync(FolderProvider provider, ValidateRequest request) =>
        provider.CallAsync<ValidateRequest, ValidateResponse>(FunctionNames.ValidateState, request);

    private static ResourceInstance Instance(string type, string label, string? recorded = null) => new()
    {
        Type = type,
        Name = label,
        Provider = "folder",
        State = recorded is null ? Json($$"""{"name":"{{label}}"}""") : Json($$"""{"name":"{{recorded}}"}"""),
    };

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
