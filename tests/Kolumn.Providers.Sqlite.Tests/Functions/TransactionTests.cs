using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk;
using Kolumn.Testing;

namespace Kolumn.Providers.Sqlite.Tests.Functions;

/// <summary>Transactions over several calls on a real file.</summary>
public sealed class TransactionTests : IDisposable
{
    private const string Tables = @"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'kolumn\_%' ESCAPE '\' ORDER BY 1";

    private readonly SqliteFile _file = new();
    private readonly ManualClock _time = new();

    [Fact]
    public async Task Transaction_CommittedOneAfterRolledBackOne_LeavesOnlyItsOwn()
    {
        await using var provider = await StartAsync();
        var first = await BeginAsync(provider);
        await CreateAsync(provider, "gone", first);
        (await EndAsync(provider, FunctionNames.RollbackTransaction, first)).Status.ShouldBe("rolled_back");
        var second = await BeginAsync(provider);
        await CreateAsync(provider, "kept", second);
        _file.Rows(Tables).ShouldBeEmpty();

        var committed = await EndAsync(provider, FunctionNames.CommitTransaction, second);

        committed.ShouldSatisfyAllConditions(c => c.Status.ShouldBe("committed"), c => c.DdlTransactional.ShouldBeTrue(), c => c.IsolationLevel.ShouldBe("serializable"));
        _file.Rows(Tables).ShouldBe(["kept"]);
    }

    [Fact]
    public async Task Call_Refused_LeavesTheRestOfTheTransaction()
    {
        await using var provider = await StartAsync();
        _file.Run("CREATE TABLE old (a INTEGER); INSERT INTO old VALUES (NULL)");
        var id = await BeginAsync(provider);
        await CreateAsync(provider, "one", id);

        // The second column cannot become NOT NULL, so that the copied rows do not fit.
        var refused = await provider.CallAsync<UpdateResourceRequest, UpdateResourceResponse>(FunctionNames.UpdateResource, new UpdateResourceRequest
        {
            ResourceType = "sqlite_table",
            Name = "old",
            Config = Json("""{"columns":[{"name":"a","type":"INTEGER","nullable":false}]}"""),
            TransactionId = id,
        });

        refused.Success.ShouldBeFalse();
        refused.Error!.ShouldContain("1 row of table old hold NULL in column a");
        await CreateAsync(provider, "two", id);
        (await EndAsync(provider, FunctionNames.CommitTransaction, id)).Success.ShouldBeTrue();
        _file.Rows(Tables).ShouldBe(["old", "one", "two"]);
        _file.Rows("SELECT coalesce(a, -1) FROM old").ShouldBe(["-1"]);
    }

    [Fact]
    public async Task Commit_ReferencesThatPointNowhere_IsRefusedAndRollsBack()
    {
        await using var provider = await StartAsync();
        _file.Run("CREATE TABLE parents (id INTEGER PRIMARY KEY); CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents (id)); INSERT INTO parents VALUES (1); INSERT INTO children VALUES (1, 1)");
        var id = await BeginAsync(provider);
        (await provider.CallAsync<DeleteResourceRequest, DeleteResourceResponse>(
            FunctionNames.DeleteResource, new DeleteResourceRequest { ResourceType = "sqlite_table", Name = "parents", TransactionId = id })).Success.ShouldBeTrue();

        var refused = await EndAsync(provider, FunctionNames.CommitTransaction, id);

        refused.ShouldSatisfyAllConditions(r => r.Success.ShouldBeFalse(), r => r.Status.ShouldBe("rolled_back"), r => r.Code.ShouldBe("OPERATION_ERROR"));
        _file.Rows(Tables).ShouldBe(["children", "parents"]);
        await CreateAsync(provider, "after", null);
    }

    [Fact]
    public async Task Transaction_Idle_ReleasesItsLock()
    {
        await using var provider = await StartAsync();
        var id = await BeginAsync(provider);
        await CreateAsync(provider, "t", id);

        _time.Advance(TimeSpan.FromSeconds(61));

        (await EndAsync(provider, FunctionNames.CommitTransaction, id)).Status.ShouldBe("expired");
        await CreateAsync(provider, "u", null);
        _file.Rows(Tables).ShouldBe(["u"]);
    }

    public void Dispose() => _file.Dispose();

    private Task<CalledProvider> StartAsync() =>
        CalledProvider.ConfigureAsync(InProcessProvider.Create(SqliteProvider.Define(), time: _time), new JsonObject { ["database"] = _file.Path });

    private static async Task<string> BeginAsync(CalledProvider provider)
    {
        var begun = await provider.CallAsync<TransactionRequest, TransactionResponse>(FunctionNames.BeginTransaction, new TransactionRequest());
        begun.Success.ShouldBeTrue(begun.Error);
        return begun.TransactionId!;
    }

    private static Task<TransactionResponse> EndAsync(CalledProvider provider, string function, string id) =>
        provider.CallAsync<TransactionRequest, TransactionResponse>(function, new TransactionRequest { TransactionId = id });

    private static async Task CreateAsync(CalledProvider provider, string name, string? id)
    {
        var created = await provider.CallAsync<CreateResourceRequest, CreateResourceResponse>(FunctionNames.CreateResource, new CreateResourceRequest
        {
            ResourceType = "sqlite_table",
            Name = name,
            Config = Json("""{"columns":[{"name":"id","type":"INTEGER"}]}"""),
            TransactionId = id,
        });
        created.Success.ShouldBeTrue(created.Error);
    }

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
