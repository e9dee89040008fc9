using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk;
using Kolumn.Testing;

namespace Kolumn.Providers.Postgres.Tests.Functions;

/// <summary>Transactions over several calls on a real server.</summary>
public sealed class TransactionTests(PostgresDatabases databases) : PostgresTest(databases)
{
    private const string Tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1";

    private readonly ManualClock _time = new();

    [Fact]
    public async Task Transaction_CallRefusedInside_KeepsTheRestAndCommits()
    {
        await using var provider = await StartAsync();
        var id = await BeginAsync(provider);
        await CreateAsync(provider, "one", id);

        // A failed statement spoils the transaction for PostgreSQL, unless there is a moment to go back to.
        var refused = await TryCreateAsync(provider, "two", id, """{"columns":[{"name":"id","type":"int","default":"no_such_function()"}]}""");
        var unreadable = await provider.CallAsync<ReadResourceRequest, ReadResourceResponse>(
            FunctionNames.ReadResource, new ReadResourceRequest { ResourceType = "postgres_table", Name = "one", TransactionId = id });
        await CreateAsync(provider, "three", id);

        refused.Success.ShouldBeFalse();
        refused.Diagnostics![0].EngineCode.ShouldBe("42883");
        unreadable.Exists.ShouldBeTrue();
        (await Database.QueryAsync(Tables, Token)).ShouldBeEmpty();
        (await EndAsync(provider, FunctionNames.CommitTransaction, id)).ShouldSatisfyAllConditions(c => c.Success.ShouldBeTrue(c.Error), c => c.DdlTransactional.ShouldBeTrue());
        (await Database.QueryAsync(Tables, Token)).ShouldBe(["one", "three"]);
    }

    [Theory]
    [InlineData("read committed", "read committed")]
    [InlineData("repeatable_read", "repeatable read")]
    [InlineData("SERIALIZABLE", "serializable")]
    public async Task Begin_IsolationLevel_IsTheServers(string asked, string expected)
    {
        await using var session = await Connection.OpenTransactionAsync(SessionMode.Write, asked.ToLowerInvariant().Replace(' ', '_'), Token);
        var levels = new List<string>();

        await session.ReadAsync([new Kolumn.Providers.Postgres.Database.CatalogQuery(new Statement("SHOW transaction_isolation"), row => levels.Add(row.GetString(0)))], Token);

        levels.ShouldBe([expected]);
    }

    [Fact]
    public async Task Transaction_IdleTooLong_IsRolledBackAndItsConnectionComesBack()
    {
        await using var provider = await StartAsync();
        var id = await BeginAsync(provider);
        await CreateAsync(provider, "gone", id);

        _time.Advance(TimeSpan.FromSeconds(61));

        (await EndAsync(provider, FunctionNames.CommitTransaction, id)).ShouldSatisfyAllConditions(e => e.Status.ShouldBe("expired"), e => e.Code.ShouldBe("STATE_ERROR"));
        (await Database.QueryAsync(Tables, Token)).ShouldBeEmpty();
        await CreateAsync(provider, "gone", null);
    }

    [Fact]
    public async Task Begin_SmallPool_LeavesAConnectionForOthers()
    {
        await using var provider = await StartAsync(pool: 2);
        var id = await BeginAsync(provider);

        var refused = await provider.CallAsync<TransactionRequest, TransactionResponse>(FunctionNames.BeginTransaction, new TransactionRequest());

        refused.Error!.ShouldStartWith("no further transaction can begin: the limit is 1.");
        await CreateAsync(provider, "outside", null);
        (await EndAsync(provider, FunctionNames.RollbackTransaction, id)).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Transaction_ServerEndsTheConnection_SaysSoAndTheProviderLives()
    {
        await using var provider = await StartAsync();
        var id = await BeginAsync(provider);
        await CreateAsync(provider, "gone", id);
        await Database.QueryAsync("SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'", Token);

        var lost = await TryCreateAsync(provider, "more", id);

        lost.Code.ShouldBe("CONNECTION_ERROR");
        (await EndAsync(provider, FunctionNames.CommitTransaction, id)).Error.ShouldBe($"transaction {id} ended when its connection was lost. Begin another one and repeat its calls.");
        await CreateAsync(provider, "gone", null);
    }

    [Fact]
    public async Task Close_OpenTransaction_IsRolledBack()
    {
        await using var provider = await StartAsync();
        await CreateAsync(provider, "gone", await BeginAsync(provider));

        (await provider.Provider.CloseAsync(Token)).Success.ShouldBeTrue();

        (await Database.QueryAsync(Tables, Token)).ShouldBeEmpty();
        (await Database.QueryAsync("SELECT count(*)::text FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'", Token)).ShouldBe(["0"]);
    }

    private Task<CalledProvider> StartAsync(int pool = 4) => CalledProvider.ConfigureAsync(
        InProcessProvider.Create(PostgresProvider.Define(), time: _time), new JsonObject { ["url"] = Database.Url, ["connection_pool"] = pool });

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
        var created = await TryCreateAsync(provider, name, id);
        created.Success.ShouldBeTrue(created.Error);
    }

    private static Task<CreateResourceResponse> TryCreateAsync(CalledProvider provider, string name, string? id, string config = """{"columns":[{"name":"id","type":"int"}]}""") =>
        provider.CallAsync<CreateResourceRequest, CreateResourceResponse>(FunctionNames.CreateResource, new CreateResourceRequest
        {
            ResourceType = "postgres_table",
            Name = name,
            Config = JsonNode.Parse(config)!.AsObject(),
            TransactionId = id,
        });
}
