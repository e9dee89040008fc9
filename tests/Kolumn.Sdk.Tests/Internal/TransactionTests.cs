using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Tests.Folders;
using Kolumn.Testing;

namespace Kolumn.Sdk.Tests.Internal;

public sealed class TransactionTests
{
    private readonly ManualClock _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commit_SeveralCalls_HappenTogetherAndAreRecordedThen()
    {
        await using var provider = await FolderProvider.ConfiguredAsync(time: _time);

        var begun = await BeginAsync(provider);
        var created = await CreateAsync(provider, "a", begun.TransactionId);
        var applied = await ApplyAsync(provider, begun.TransactionId, FolderProvider.Create("note", "b", """{"after":["a"]}"""));
        var planned = await provider.CallAsync<PlanRequest, PlanResponse>(
            FunctionNames.Plan, new PlanRequest { TransactionId = begun.TransactionId, Resources = [FolderProvider.Update("note", "a", created.State)] });
        var seen = await ReadAsync(provider, "a", begun.TransactionId);
        var outside = await ReadAsync(provider, "a", null);

        begun.ShouldSatisfyAllConditions(
            b => b.Success.ShouldBeTrue(b.Error),
            b => b.Status.ShouldBe("active"),
            b => b.IsolationLevel.ShouldBe("read_committed"),
            b => b.StartedAt.ShouldBe(_time.GetUtcNow()),
            b => b.ExpiresAt.ShouldBe(_time.GetUtcNow().AddSeconds(60)),
            b => b.DdlTransactional.ShouldBeTrue());
        applied.Success.ShouldBeTrue(applied.Error);
        planned.Resources.ShouldHaveSingleItem().Action.ShouldBe("noop");
        seen.Exists.ShouldBeTrue();
        outside.Exists.ShouldBeFalse();
        provider.Files.ShouldBeEmpty();
        provider.Events.Where(e => e.Type == "resource").ShouldBeEmpty();
        (await StateAsync(provider)).ShouldBeEmpty();

        var committed = await CommitAsync(provider, begun.TransactionId);

        committed.ShouldSatisfyAllConditions(c => c.Success.ShouldBeTrue(c.Error), c => c.Status.ShouldBe("committed"), c => c.TransactionId.ShouldBe(begun.TransactionId));
        provider.Files.ShouldBe(["note~a", "note~b"]);
        provider.Events.Where(e => e.Type == "resource").Select(e => e.Address).ShouldBe(["note.a", "note.b"]);
        (await StateAsync(provider)).ShouldBe(["folder_note.a", "folder_note.b"]);
    }

    [Fact]
    public async Task Rollback_WhatWasDone_IsGoneAndNotRecorded()
    {
        await using var provider = await FolderProvider.ConfiguredAsync(time: _time);
        var state = (await CreateAsync(provider, "kept", null)).State;
        var begun = await BeginAsync(provider);
        await CreateAsync(provider, "a", begun.TransactionId);
        (await provider.CallAsync<UpdateResourceRequest, UpdateResourceResponse>(
            FunctionNames.UpdateResource, new UpdateResourceRequest { ResourceType = "note", Name = "kept", Config = new JsonObject { ["text"] = "x" }, PriorState = state, TransactionId = begun.TransactionId }))
            .Success.ShouldBeTrue();
        (await provider.CallAsync<DeleteResourceRequest, DeleteResourceResponse>(
            FunctionNames.DeleteResource, new DeleteResourceRequest { ResourceType = "note", Name = "kept", TransactionId = begun.TransactionId })).Success.ShouldBeTrue();

        var rolledBack = await RollbackAsync(provider, begun.TransactionId);

        rolledBack.ShouldSatisfyAllConditions(r => r.Success.ShouldBeTrue(r.Error), r => r.Status.ShouldBe("rolled_back"));
        provider.Files.ShouldBe(["note~kept"]);
        (await StateAsync(provider)).ShouldBe(["folder_note.kept"]);
        (await ReadAsync(provider, "kept", null)).State!["text"].ShouldBeNull();
    }

    [Fact]
    public async Task Call_ThatFailsInside_TakesBackItsOwnChangesOnly()
    {
        await using var provider = await FolderProvider.ConfiguredAsync(time: _time);
        var begun = await BeginAsync(provider);
        await CreateAsync(provider, "first", begun.TransactionId);

        var failed = await ApplyAsync(provider, begun.TransactionId, FolderProvider.Create("note", "second"), FolderProvider.Create("note", "in/no/folder"));

        failed.ShouldSatisfyAllConditions(f => f.Success.ShouldBeFalse(), f => f.RolledBack.ShouldBeTrue());
        (await CreateAsync(provider, "third", begun.TransactionId)).Success.ShouldBeTrue();
        (await CommitAsync(provider, begun.TransactionId)).Success.ShouldBeTrue();
        provider.Files.ShouldBe(["note~first", "note~third"]);
        (await StateAsync(provider)).ShouldBe(["folder_note.first", "folder_note.third"]);
    }

    [Fact]
    public async Task Transaction_IdleTooLong_IsRolledBackAndSaysSo()
    {
        await using var provider = await FolderProvider.ConfiguredAsync(time: _time);
        var begun = await BeginAsync(provider, new TransactionRequest { TimeoutSeconds = 30 });
        _time.Advance(TimeSpan.FromSeconds(29));
        await CreateAsync(provider, "a", begun.TransactionId);
        _time.Advance(TimeSpan.FromSeconds(29));
        (await ReadAsync(provider, "a", begun.TransactionId)).Exists.ShouldBeTrue();

        _time.Advance(TimeSpan.FromSeconds(30));

        var late = await CreateAsync(provider, "b", begun.TransactionId);
        late.ShouldSatisfyAllConditions(
            l => l.Success.ShouldBeFalse(),
            l => l.Code.ShouldBe("STATE_ERROR"),
            l => l.Details!["reason"]!.GetValue<string>().ShouldBe("TRANSACTION_ENDED"),
            l => l.Error.ShouldBe($"transaction {begun.TransactionId} was rolled back after 30 s without a call. Begin another one and repeat its calls; a longer timeout_seconds gives more time between them."));
        var commit = await CommitAsync(provider, begun.TransactionId);
        commit.ShouldSatisfyAllConditions(c => c.Success.ShouldBeFalse(), c => c.Code.ShouldBe("STATE_ERROR"), c => c.Status.ShouldBe("expired"));
        provider.Files.ShouldBeEmpty();
        (await CreateAsync(provider, "b", null)).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Transaction_UsedWhenItsTimeIsUp_DoesNotExpireUnderTheCall()
    {
        await using var provider = await FolderProvider.ConfiguredAsync(time: _time);
        var begun = await BeginAsync(provider);
        provider.Poems.BeforeRead = () =>
        {
            provider.Poems.BeforeRead = null;
            _time.Advance(TimeSpan.FromHours(1));
        };

        var created = await provider.CallAsync<CreateResourceRequest, CreateResourceResponse>(
            FunctionNames.CreateResource, new CreateResourceRequest { ResourceType = "poem", Name = "slow", TransactionId = begun.TransactionId });

        created.Success.ShouldBeTrue(created.Error);
        (await CommitAsync(provider, begun.TransactionId)).Success.ShouldBeTrue();
        provider.Files.ShouldBe(["poem~slow"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    public async Task End_UnknownTransaction_IsAnErrorThatSaysWhatToDo(string id)
    {
        await using var provider = await FolderProvider.ConfiguredAsync(time: _time);

        var answers = new[] { await CommitAsync(provider, id), await RollbackAsync(provider, id) };

        foreach (var answer in answers)
        {
            answer.Success.ShouldBeFalse();
            answer.Status.ShouldBeNull();
            answer.Error.ShouldBe(id.Length == 0
                ? "transaction_id: the transaction_id is missing. Send the one that BeginTransaction answered."
                : "there is no transaction \"nonsense\". Use the transaction_id that BeginTransaction answered. Configure and Close end every transaction.");
        }

        (await BeginAsync(provider)).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task End_Twice_TellsHowItEnded()
    {
        await using var provider = await FolderProvider.ConfiguredAsync(time: _time);
        var (one, two) = ((await BeginAsync(provider)).TransactionId, (await BeginAsync(provider)).TransactionId);
        await CommitAsync(provider, one);
        await RollbackAsync(provider, two);

        (await RollbackAsync(provider, one)).ShouldSatisfyAllConditions(
            r => r.Status.ShouldBe("committed"), r => r.Error.ShouldBe($"transaction {one} was committed already. Begin another one for further changes."));
        (await CommitAsync(provider, two)).ShouldSatisfyAllConditions(
            c => c.Status.ShouldBe("rolled_back"), c => c.Error.ShouldBe($"transaction {two} was rolled back already. Begin another one and repeat its calls."));
    }

    [Fact]
    public async Task Begin_BeyondTheLimit_IsRefusedUntilOneEnds()
    {
        await using var provider = await FolderProvider.ConfiguredAsync(time: _time);
        var first = await BeginAsync(provider);
        await BeginAsync(provider);
        await BeginAsync(provider);

        var refused = await BeginAsync(provider);
        refused.Error.ShouldBe("no further transaction can begin: the limit is 3. Commit or roll back one of them, or wait until one expires.");
        refused.Diagnostics![0].Retryable.ShouldBeTrue();
        await RollbackAsync(provider, first.TransactionId);
        (await BeginAsync(provider)).Success.ShouldBeTrue();
        _time.Advance(TimeSpan.FromMinutes(2));
        (await BeginAsync(provider)).Success.ShouldBeTrue();
    }

    [Theory]
    [InlineData("SERIALIZABLE", "serializable")]
    [InlineData("read committed", "read_committed")]
    [InlineData("read-committed", "read_committed")]
    [InlineData("", "read_committed")]
    public async Task Begin_IsolationLevel_IsFoundHoweverItIsSpelled(string asked, string expected)
    {
        await using var provider = await FolderProvider.ConfiguredAsync(time: _time);

        (await BeginAsync(provider, new TransactionRequest { IsolationLevel = asked })).IsolationLevel.ShouldBe(expected);
        provider.Connections[0].Isolations.ShouldBe([expected]);
    }

    [Theory]
    [InlineData("snapshot", null, "isolation_level: there is no isolation level \"snapshot\" here. Known levels: read_committed, serializable.")]
    [InlineData(null, 0, "timeout_seconds: 0 s is no time that a transaction may lie idle. It is 1 to 3600 seconds.")]
    [InlineData(null, 3601, "timeout_seconds: 3601 s is no time that a transaction may lie idle. It is 1 to 3600 seconds.")]
    public async Task Begin_WhatCannotBe_IsRefused(string? isolation, int? seconds, string error)
    {
        await using var provider = await FolderProvider.ConfiguredAsync(time: _time);

        var refused = await BeginAsync(provider, new TransactionRequest { IsolationLevel = isolation, TimeoutSeconds = seconds });

        refused.ShouldSatisfyAllConditions(r => r.Error.ShouldBe(error), r => r.Code.ShouldBe("VALIDATION_ERROR"), r => r.TransactionId.ShouldBeNull());
    }

    [Fact]
    public async Task ReadOnly_ChangesAreRefusedAndReadsAreNot()
    {
        await using var provider = await FolderProvider.ConfiguredAsync(time: _time);
        await CreateAsync(provider, "a", null);
        var begun = await BeginAsync(provider, new TransactionRequest { ReadOnly = true });

        var refused = await CreateAsync(provider, "b", begun.TransactionId);

        refused.ShouldSatisfyAllConditions(r => r.Code.ShouldBe("PERMISSION_ERROR"), r => r.Error.ShouldBe($"transaction {begun.TransactionId} is read only. Begin one without read_only to change something."));
        (await ReadAsync(provider, "a", begun.TransactionId)).Exists.ShouldBeTrue();
        (await CommitAsync(provider, begun.TransactionId)).Status.ShouldBe("committed");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CloseOrConfigure_OpenTransactions_AreRolledBackFirst(bool close)
    {
        await using var provider = await FolderProvider.ConfiguredAsync(time: _time);
        var begun = await BeginAsync(provider);
        await CreateAsync(provider, "a", begun.TransactionId);

        _ = close ? await provider.Dispatcher.CloseAsync(Token) : await provider.ConfigureAsync();
        if (close)
        {
            (await provider.ConfigureAsync()).Success.ShouldBeTrue();
        }

        provider.Files.ShouldBeEmpty();
        (await CommitAsync(provider, begun.TransactionId)).Error!.ShouldStartWith($"there is no transaction \"{begun.TransactionId}\"");
        (await CreateAsync(provider, "a", null)).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Transaction_ConnectionLost_EndsAndSaysSo()
    {
        await using var provider = await FolderProvider.ConfiguredAsync(time: _time);
        var begun = await BeginAsync(provider);
        Directory.Move(provider.Root, provider.Root + "-away");

        var lost = await CreateAsync(provider, "a", begun.TransactionId);
        Directory.Move(provider.Root + "-away", provider.Root);

        lost.Code.ShouldBe("CONNECTION_ERROR");
        (await CreateAsync(provider, "a", begun.TransactionId)).Error.ShouldBe($"transaction {begun.TransactionId} ended when its connection was lost. Begin another one and repeat its calls.");
        (await CreateAsync(provider, "a", null)).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Commit_ConnectionLost_OutcomeIsUnknown()
    {
        await using var provider = await FolderProvider.ConfiguredAsync(time: _time);
        var begun = await BeginAsync(provider);
        await CreateAsync(provider, "a", begun.TransactionId);
        Directory.Move(provider.Root, provider.Root + "-away");

        var lost = await CommitAsync(provider, begun.TransactionId);
        Directory.Move(provider.Root + "-away", provider.Root);

        lost.Error!.ShouldEndWith("Whether the changes were committed is not known: plan again to see what exists.");
        lost.Status.ShouldBeNull();
        (await RollbackAsync(provider, begun.TransactionId)).Error.ShouldBe($"transaction {begun.TransactionId} lost its connection while it was being committed. Plan again to see what exists.");
        (await StateAsync(provider)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Calls_AtOnceInOneTransaction_TakeTurns()
    {
        await using var provider = await FolderProvider.ConfiguredAsync(time: _time);
        var begun = await BeginAsync(provider);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => CreateAsync(provider, $"n{i:00}", begun.TransactionId))));

        answers.ShouldAllBe(a => a.Success);
        (await CommitAsync(provider, begun.TransactionId)).Success.ShouldBeTrue();
        provider.Files.Count.ShouldBe(20);
        (await StateAsync(provider)).Count.ShouldBe(20);
    }

    [Fact]
    public async Task Begin_ProviderWithoutTransactions_IsNoFunctionOfIt()
    {
        await using var provider = await FolderProvider.ConfiguredAsync(transactional: false, time: _time);

        (await provider.Dispatcher.SchemaAsync(Token)).SupportedFunctions.ShouldNotContain(FunctionNames.BeginTransaction);
        (await Should.ThrowAsync<ProviderCallException>(() => BeginAsync(provider))).Failure.ShouldBe(ProviderCallFailure.UnsupportedFunction);
        (await CreateAsync(provider, "a", "some")).Details!["reason"]!.GetValue<string>().ShouldBe("TRANSACTION_ENDED");
    }

    [Fact]
    public async Task Begin_DdlThatCommitsByItself_IsAdmittedAndRecordedAtOnce()
    {
        await using var provider = await FolderProvider.ConfiguredAsync(transactional: false, time: _time, levels: ["serializable"]);
        var begun = await BeginAsync(provider);
        await CreateAsync(provider, "a", begun.TransactionId);

        var rolledBack = await RollbackAsync(provider, begun.TransactionId);

        begun.DdlTransactional.ShouldBeFalse();
        rolledBack.DdlTransactional.ShouldBeFalse();
        provider.Files.ShouldBe(["note~a"]);
        (await StateAsync(provider)).ShouldBe(["folder_note.a"]);
    }

    private static Task<TransactionResponse> BeginAsync(FolderProvider provider, TransactionRequest? request = null) =>
        provider.CallAsync<TransactionRequest, TransactionResponse>(FunctionNames.BeginTransaction, request ?? new TransactionRequest());

    private static Task<TransactionResponse> CommitAsync(FolderProvider provider, string? id) =>
        provider.CallAsync<TransactionRequest, TransactionResponse>(FunctionNames.CommitTransaction, new TransactionRequest { TransactionId = id });

    private static Task<TransactionResponse> RollbackAsync(FolderProvider provider, string? id) =>
        provider.CallAsync<TransactionRequest, TransactionResponse>(FunctionNames.RollbackTransaction, new TransactionRequest { TransactionId = id });

    private static Task<CreateResourceResponse> CreateAsync(FolderProvider provider, string name, string? id) =>
        provider.CallAsync<CreateResourceRequest, CreateResourceResponse>(
            FunctionNames.CreateResource, new CreateResourceRequest { ResourceType = "note", Name = name, TransactionId = id });

    private static Task<ReadResourceResponse> ReadAsync(FolderProvider provider, string name, string? id) =>
        provider.CallAsync<ReadResourceRequest, ReadResourceResponse>(
            FunctionNames.ReadResource, new ReadResourceRequest { ResourceType = "note", Name = name, TransactionId = id });

    private static Task<ApplyResponse> ApplyAsync(FolderProvider provider, string? id, params PlanResource[] resources) =>
        provider.CallAsync<PlanRequest, ApplyResponse>(FunctionNames.Apply, new PlanRequest { Resources = resources, TransactionId = id });

    private static async Task<IReadOnlyList<string>> StateAsync(FolderProvider provider) =>
        [.. (await provider.CallAsync<StateRequest, StateResponse>(FunctionNames.GetState, new StateRequest())).State!.Resources.Select(r => r.Address)];
}
