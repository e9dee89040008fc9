using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Internal;
using Kolumn.Sdk.Tests.Folders;

namespace Kolumn.Sdk.Tests.Internal;

public sealed class BatchTests
{
    [Theory]
    [InlineData(null, null, "a,after", "a: ok | b: {0} | c: not called: bad failed", 1)]
    [InlineData("sequential", false, "a,after,c", "a: ok | b: {0} | c: ok", 2)]
    [InlineData("best_effort", null, "a,after,c", "a: ok | b: {0} | c: ok", 2)]
    [InlineData("best_effort", true, "a,after", "a: ok | b: {0} | c: not called: bad failed", 1)]
    [InlineData("atomic", null, "after", "a: rolled back because bad failed | b: {0} | c: not called: bad failed", 0)]
    public async Task Batch_OneFails_TheModeSaysWhatBecomesOfTheOthers(string? mode, bool? stop, string files, string results, int succeeded)
    {
        await using var provider = await FolderProvider.ConfiguredAsync();

        var batch = await RunAsync(provider, new BatchRequest
        {
            Mode = mode,
            StopOnError = stop,
            Operations = [Create("a"), Create("in/no/folder") with { Id = "bad" }, Create("c")],
        });

        batch.Success.ShouldBeFalse();
        batch.Code.ShouldBe("OPERATION_ERROR");
        batch.RolledBack.ShouldBe(mode == "atomic");
        batch.Succeeded.ShouldBe(succeeded);
        batch.Failed.ShouldBe(3 - succeeded);
        batch.Error!.ShouldStartWith($"{3 - succeeded} of 3 operations failed. ");
        string.Join(" | ", batch.Results.Select(r => $"{"abc"[r.Index]}: {(r.Success ? "ok" : r.Error)}"))
            .ShouldBe(results.Replace("{0}", "note.in/no/folder: note~in/no/folder.json is in no folder", StringComparison.Ordinal));
        (await provider.ApplyAsync(FolderProvider.Create("note", "after"))).Success.ShouldBeTrue();
        provider.Files.ShouldBe(files.Split(',').Select(f => "note~" + f), ignoreOrder: true);
    }

    [Fact]
    public async Task Batch_Atomic_CommitsTogetherAndReadsItsOwnChanges()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();

        var batch = await RunAsync(provider, new BatchRequest
        {
            Mode = "atomic",
            Operations = [Create("a"), new BatchStep { Function = "ReadResource", Input = Json("""{"resource_type":"note","name":"a"}""") }],
        });

        batch.ShouldSatisfyAllConditions(b => b.Success.ShouldBeTrue(b.Error), b => b.RolledBack.ShouldBeFalse(), b => b.Succeeded.ShouldBe(2));
        batch.Results[1].Output!["exists"]!.GetValue<bool>().ShouldBeTrue();
        provider.Files.ShouldBe(["note~a"]);
        (await provider.CallAsync<StateRequest, StateResponse>("GetState", new StateRequest())).State!.Resources.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Batch_InputThatIsNoRequest_FailsThatOperationOnly()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();

        var batch = await RunAsync(provider, new BatchRequest
        {
            Mode = "best_effort",
            Operations = [new BatchStep { Function = "Plan", Input = Json("""{"resources":7}""") }, new BatchStep { Function = "CreateResource", Input = Json("""{"resource_type":"blob","name":"x","config":{"text":"break"}}""") }, Create("a")],
        });

        batch.Results.Select(r => r.Success).ShouldBe([false, false, true]);
        batch.Results[0].Error!.ShouldStartWith("the request of Plan is not what it takes: ");
        batch.Results[0].Output.ShouldBeNull();
        batch.Results[1].Error!.ShouldContain("a blob cannot break");
    }

    [Theory]
    [InlineData("""{"mode":"some"}""", "mode: there is no mode \"some\". It is one of atomic, sequential, best_effort.")]
    [InlineData("""{"operations":[{"function":"Nope"}]}""", "operations[0].function: unsupported function: Nope")]
    [InlineData("""{"operations":[{"function":"Ping"},{"function":"BatchOperation"}]}""", "operations[1].function: BatchOperation cannot be part of a batch. Call it by itself.")]
    [InlineData("""{"operations":[{"function":"BeginTransaction"}]}""", "operations[0].function: BeginTransaction cannot be part of a batch. Call it by itself.")]
    [InlineData("""{"mode":"atomic","operations":[{"function":"SetState"}]}""", "operations[0].function: SetState cannot be part of an atomic batch. Call it by itself.")]
    public async Task Batch_WhatCannotBe_IsRefusedBeforeAnythingRuns(string request, string error)
    {
        await using var provider = await FolderProvider.ConfiguredAsync();

        var refused = await RunAsync(provider, PayloadJson.Read<BatchRequest>(System.Text.Encoding.UTF8.GetBytes(request)));

        refused.ShouldSatisfyAllConditions(r => r.Error.ShouldBe(error), r => r.Results.ShouldBeEmpty(), r => r.Code.ShouldBe("VALIDATION_ERROR"));
    }

    [Fact]
    public async Task Batch_TooLong_IsRefusedAndAnEmptyOneSucceeds()
    {
        await using var provider = await FolderProvider.ConfiguredAsync();

        var many = Enumerable.Repeat(new BatchStep { Function = "Ping" }, BatchFunction<FolderSession>.MaxOperations + 1);
        (await RunAsync(provider, new BatchRequest { Operations = [.. many] })).Details!["reason"]!.GetValue<string>().ShouldBe("REQUEST_TOO_LARGE");
        (await RunAsync(provider, new BatchRequest())).ShouldSatisfyAllConditions(b => b.Success.ShouldBeTrue(), b => b.Results.ShouldBeEmpty());
    }

    [Fact]
    public async Task Batch_AtomicWithoutTransactions_IsRefused()
    {
        await using var provider = await FolderProvider.ConfiguredAsync(transactional: false);

        (await RunAsync(provider, new BatchRequest { Mode = "atomic", Operations = [Create("a")] })).Error
            .ShouldBe("mode: this database cannot take several changes back together. Use sequential, which stops at the first failure.");
        (await RunAsync(provider, new BatchRequest { Operations = [Create("a")] })).Success.ShouldBeTrue();
    }

    private static Task<BatchResponse> RunAsync(FolderProvider provider, BatchRequest request) =>
        provider.CallAsync<BatchRequest, BatchResponse>(FunctionNames.BatchOperation, request);

    private static BatchStep Create(string name) =>
        new() { Function = "CreateResource", Input = new JsonObject { ["resource_type"] = "note", ["name"] = name } };

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
