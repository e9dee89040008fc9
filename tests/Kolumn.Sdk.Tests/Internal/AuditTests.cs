using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Tests.Folders;
using Kolumn.Testing;

namespace Kolumn.Sdk.Tests.Internal;

public sealed class AuditTests
{
    private readonly ManualClock _time = new();
    private readonly FolderAudit _audit = new();

    [Fact]
    public async Task Apply_Changes_AreRecordedWithNamesAndNoValues()
    {
        await using var provider = await StartAsync();
        var applied = await provider.ApplyAsync(FolderProvider.Create("note", "a", """{"text":"x","pin":"s3cret!"}"""), FolderProvider.Create("blob", "b"));
        applied.Success.ShouldBeTrue(applied.Error);
        _time.Advance(TimeSpan.FromMinutes(1));
        await provider.ApplyAsync(FolderProvider.Update("note", "a", applied.Results[0].State, """{"text":"y","pin":"s3cret!"}"""), FolderProvider.Delete("blob", "b", applied.Results[1].State));

        var log = await ReadAsync(provider, new AuditRequest());

        log.Success.ShouldBeTrue(log.Error);
        var start = _time.GetUtcNow() - TimeSpan.FromMinutes(1);
        log.Entries.Select(e => $"{(e.Timestamp - start).TotalMinutes} {e.EventType} {e.Action} {e.Target} {e.Outcome} {e.Source} {e.Actor}").ShouldBe(
            [
                $"1 resource_change delete folder_blob.b success folder 1.2.3 {Environment.UserName}",
                $"1 resource_change update folder_note.a success folder 1.2.3 {Environment.UserName}",
                $"0 resource_change create folder_blob.b success folder 1.2.3 {Environment.UserName}",
                $"0 resource_change create folder_note.a success folder 1.2.3 {Environment.UserName}",
            ]);
        log.Entries[1].Details.ToJsonString().ShouldBe("""{"identity":"a","changes":["text","pin"],"statements":1}""");
        log.Entries.Select(e => e.EventId).Distinct().Count().ShouldBe(4);
        Directory.GetFiles(provider.Root, "kolumn*").Select(File.ReadAllText).ShouldAllBe(text => !text.Contains("s3cret!") && !text.Contains("\"y\""));
        log.HasMore.ShouldBeFalse();
        log.NextToken.ShouldBeNull();
    }

    [Fact]
    public async Task Apply_NothingToChange_WritesNothing()
    {
        await using var provider = await StartAsync();
        await File.WriteAllTextAsync(provider.FileOf("note", "a"), """{"name":"a"}""", TestContext.Current.CancellationToken);

        (await provider.ApplyAsync(FolderProvider.Create("note", "a"))).Results[0].Action.ShouldBe("read");

        provider.Files.ShouldBe(["note~a"]);
        (await ReadAsync(provider, new AuditRequest())).Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_ThePlace_IsLookedForOnceAndAgainAfterConfigure()
    {
        await using var provider = await StartAsync();
        foreach (var name in (string[])["a", "b", "c"])
        {
            await provider.ApplyAsync(FolderProvider.Create("note", name));
        }

        _audit.Searches.ShouldBe(1);
        await provider.ConfigureAsync();
        await provider.ApplyAsync(FolderProvider.Create("note", "d"));
        _audit.Searches.ShouldBe(2);
        (await ReadAsync(provider, new AuditRequest())).Entries.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Apply_Failure_IsRecordedAlthoughTheChangesAreRolledBack()
    {
        await using var provider = await StartAsync();

        var failed = await provider.ApplyAsync(FolderProvider.Create("note", "fine"), FolderProvider.Create("note", "in/no/folder", """{"pin":"folder"}"""));

        failed.RolledBack.ShouldBeTrue();
        var entry = (await ReadAsync(provider, new AuditRequest())).Entries.ShouldHaveSingleItem();
        entry.ShouldSatisfyAllConditions(
            e => e.Target.ShouldBe("folder_note.in/no/folder"), e => e.Outcome.ShouldBe("failure"), e => e.Action.ShouldBe("create"),
            e => e.Details["code"]!.GetValue<string>().ShouldBe("OPERATION_ERROR"),
            e => e.Details["error"]!.GetValue<string>().ShouldBe("note~in/no/[REDACTED].json is in no [REDACTED]"));
        (await provider.ApplyAsync(FolderProvider.Create("note", "fine"))).Success.ShouldBeTrue();
        (await ReadAsync(provider, new AuditRequest { Outcome = "success" })).Entries.ShouldHaveSingleItem().Target.ShouldBe("folder_note.fine");
    }

    [Fact]
    public async Task Apply_StepByStep_RecordsSuccessesAndFailures()
    {
        await using var provider = await StartAsync(transactional: false);

        await provider.ApplyAsync(FolderProvider.Create("note", "fine"), FolderProvider.Create("note", "in/no/folder"), FolderProvider.Create("note", "skipped", "{}", "note.in/no/folder"));

        (await ReadAsync(provider, new AuditRequest())).Entries.Select(e => $"{e.Target} {e.Outcome}").ShouldBe(["folder_note.in/no/folder failure", "folder_note.fine success"]);
    }

    [Fact]
    public async Task Apply_ThatIsRefused_IsNoChange()
    {
        await using var provider = await StartAsync();

        (await provider.ApplyAsync(FolderProvider.Create("note", "a", """{"nope":1}"""))).Success.ShouldBeFalse();
        (await provider.CallAsync<PlanRequest, ApplyResponse>(FunctionNames.Apply, new PlanRequest { Resources = [FolderProvider.Create("note", "a")], PlanHash = "old" })).Success.ShouldBeFalse();

        (await ReadAsync(provider, new AuditRequest())).Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task Transaction_RolledBack_TakesItsEntriesWithIt()
    {
        await using var provider = await StartAsync();
        foreach (var function in (string[])[FunctionNames.RollbackTransaction, FunctionNames.CommitTransaction])
        {
            var id = (await provider.CallAsync<TransactionRequest, TransactionResponse>(FunctionNames.BeginTransaction, new TransactionRequest())).TransactionId;
            (await provider.CallAsync<PlanRequest, ApplyResponse>(FunctionNames.Apply, new PlanRequest { Resources = [FolderProvider.Create("note", function)], TransactionId = id })).Success.ShouldBeTrue();
            (await provider.CallAsync<TransactionRequest, TransactionResponse>(function, new TransactionRequest { TransactionId = id })).Success.ShouldBeTrue();
        }

        (await ReadAsync(provider, new AuditRequest())).Entries.ShouldHaveSingleItem().Target.ShouldBe("folder_note.CommitTransaction");
    }

    [Fact]
    public async Task Apply_NowhereToWrite_WarnsAndGoesOn()
    {
        _audit.Obstacle = Diagnostic.Warning(DiagnosticCodes.Permission, "changes are not recorded: no", "Ask.");
        await using var provider = await StartAsync();

        var applied = await provider.ApplyAsync(FolderProvider.Create("note", "a"));

        applied.ShouldSatisfyAllConditions(a => a.Success.ShouldBeTrue(), a => a.Diagnostics!.ShouldHaveSingleItem().Summary.ShouldBe("changes are not recorded: no"));
        provider.Files.ShouldBe(["note~a"]);
    }

    [Fact]
    public async Task Configure_WithoutAudit_KeepsNoRecord()
    {
        await using var provider = new FolderProvider(transactional: true, _time, audit: _audit);
        (await provider.ConfigureAsync(new JsonObject { ["path"] = provider.Root, ["audit"] = false })).Diagnostics.ShouldBeNull();

        (await provider.ApplyAsync(FolderProvider.Create("note", "a"))).Success.ShouldBeTrue();

        provider.Files.ShouldBe(["note~a"]);
        provider.Dispatcher.Schema.ConfigSchema!.Attributes.Keys.ShouldContain("audit");
        (await ReadAsync(provider, new AuditRequest())).Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task Read_PagesAndFilters_AreExact()
    {
        await using var provider = await StartAsync();
        for (var i = 0; i < 7; i++)
        {
            await provider.ApplyAsync(FolderProvider.Create(i % 2 == 0 ? "note" : "blob", $"n{i}"));
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        var pages = new List<string>();
        for (string? token = ""; token is not null;)
        {
            var page = await ReadAsync(provider, new AuditRequest { Limit = 3, PageToken = token });
            pages.Add(string.Join(' ', page.Entries.Select(e => e.Target)));
            page.HasMore.ShouldBe(page.NextToken is not null);
            token = page.NextToken;
        }

        pages.ShouldBe(["folder_note.n6 folder_blob.n5 folder_note.n4", "folder_blob.n3 folder_note.n2 folder_blob.n1", "folder_note.n0"]);
        async Task<string> FindAsync(AuditRequest request) => string.Join(' ', (await ReadAsync(provider, request)).Entries.Select(e => e.Target.Split('.')[1]));
        (await FindAsync(new AuditRequest { ResourceType = "blob" })).ShouldBe("n5 n3 n1");
        (await FindAsync(new AuditRequest { ResourceType = "folder_blob", Name = "n3" })).ShouldBe("n3");
        (await FindAsync(new AuditRequest { Action = "delete" })).ShouldBe("");
        (await FindAsync(new AuditRequest { Actor = "nobody at all" })).ShouldBe("");
        var start = _time.GetUtcNow() - TimeSpan.FromMinutes(7);
        (await FindAsync(new AuditRequest { Since = start.AddMinutes(2), Until = start.AddMinutes(4) })).ShouldBe("n3 n2");
        (await FindAsync(new AuditRequest { Since = default(DateTimeOffset), Until = default(DateTimeOffset), Outcome = "", Limit = 1 })).ShouldBe("n6");
    }

    [Theory]
    [InlineData("""{"limit":0}""", "limit: 0 is no number of entries for one page. It is 1 to 1000.")]
    [InlineData("""{"limit":1001}""", "limit: 1001 is no number of entries for one page. It is 1 to 1000.")]
    [InlineData("""{"outcome":"ok"}""", "outcome: there is no outcome \"ok\". It is one of success, failure.")]
    [InlineData("""{"action":"drop"}""", "action: no change is called \"drop\". It is one of create, update, replace, delete, migrate, rollback.")]
    [InlineData("""{"page_token":"?"}""", "page_token: the page_token is none. Send the next_token of the page before, with the same filters.")]
    [InlineData("""{"page_token":"YWJj"}""", "page_token: the page_token is none. Send the next_token of the page before, with the same filters.")]
    public async Task Read_WhatCannotBe_IsRefused(string request, string error)
    {
        await using var provider = await StartAsync();

        var refused = await ReadAsync(provider, PayloadJson.Read<AuditRequest>(System.Text.Encoding.UTF8.GetBytes(request)));

        refused.ShouldSatisfyAllConditions(r => r.Error.ShouldBe(error), r => r.Code.ShouldBe("VALIDATION_ERROR"));
    }

    [Fact]
    public async Task Reserved_Objects_AreNeitherFoundNorDescribed()
    {
        await using var provider = await StartAsync();
        await File.WriteAllTextAsync(provider.FileOf("note", "own-x"), """{"name":"own-x"}""", TestContext.Current.CancellationToken);

        (await provider.CallAsync<DiscoverResourcesRequest, DiscoverResourcesResponse>(FunctionNames.DiscoverResources, new DiscoverResourcesRequest())).Resources.ShouldBeEmpty();
        (await provider.CallAsync<DriftRequest, DriftResponse>(FunctionNames.DetectDrift, new DriftRequest { Options = new DriftOptions { IncludeUnmanaged = true } })).Resources.ShouldBeEmpty();
        (await provider.CallAsync<ReadResourceRequest, ReadResourceResponse>(FunctionNames.ReadResource, new ReadResourceRequest { ResourceType = "note", Name = "own-x" })).Exists.ShouldBeFalse();
        (await provider.PlanAsync(FolderProvider.Create("note", "own-x"))).Error.ShouldBe("note.own-x: note own-x is Kolumn's own. Choose another name.");
    }

    private Task<FolderProvider> StartAsync(bool transactional = true) => FolderProvider.ConfiguredAsync(transactional, _time, audit: _audit);

    private static Task<AuditResponse> ReadAsync(FolderProvider provider, AuditRequest request) =>
        provider.CallAsync<AuditRequest, AuditResponse>(FunctionNames.GetAuditLog, request);
}
