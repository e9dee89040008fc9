using System.Text.Json.Nodes;
using Kolumn.MongoDb;
using Kolumn.Testing;
using Microsoft.Data.Sqlite;
using MySqlConnector;
using Npgsql;

namespace Kolumn.EndToEnd.Tests.Commands;

/// <summary>examples/polyglot-shop: one project over four databases, through the real executables.</summary>
[Collection(NeedsMongo.Name)]
public sealed class PolyglotShopTests(PostgresDatabases postgres, MariaDbDatabases mariaDb, MongoDatabases mongo) : IAsyncLifetime
{
    private readonly KolumnProject _project = new KolumnProject().CopyFrom("polyglot-shop");
    private TestDatabase? _catalog;
    private MariaDbDatabase? _orders;
    private TestMongoDatabase? _documents;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Providers.Sqlite.Database.NativeSqlite.Require();
        _documents = mongo.Create();
        _orders = await mariaDb.CreateAsync(Token);
        _catalog = await postgres.CreateAsync(Token);
        _project.Write("kolumn.klvars", $"postgres_url = \"{_catalog.Url}\"\nmysql_url = \"{_orders.Url}\"\nmongo_url = \"{_documents.Url}\"\n");
    }

    [Fact]
    public async Task Shop_FromInitToDestroy_IsOnePlanOverFourDatabases()
    {
        await _project.ExpectAsync(0, "init");

        // 1: one apply makes everything, each after what it refers to, wherever that is
        var applied = await _project.ExpectAsync(0, "apply", "--auto-approve");
        applied.ShouldContain("Apply complete! Resources: 15 added, 0 changed, 0 destroyed.");
        await EverywhereAsync("paid", isKnown: true);
        await EverywhereAsync("returned", isKnown: false);

        // 2: a change in one place is a change in all four databases, and in nothing else
        _project.Edit("catalog.kl", "\"sent\"]", "\"sent\", \"returned\"]");
        var changed = await _project.ExpectAsync(0, "apply", "--auto-approve");
        changed.ShouldContain("Apply complete! Resources: 0 added, 6 changed, 0 destroyed.");
        foreach (var address in new[] { "postgres_type.order_state", "mysql_table.orders", "mysql_view.open_orders", "postgres_table.sales", "mongo_collection.order_history", "sqlite_table.unsent" })
        {
            changed.ShouldContain($"~ change   {address}");
        }

        await EverywhereAsync("returned", isKnown: true);
        (await _project.ExpectAsync(0, "plan", "--detailed-exitcode")).ShouldContain("No changes. All 15 resources are as the configuration says.");

        // 3: one destroy takes it away again
        (await _project.ExpectAsync(0, "destroy", "--auto-approve")).ShouldContain("Destroy complete! Resources: 0 added, 0 changed, 15 destroyed.");
        (await _catalog!.QueryAsync("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace", Token)).ShouldBeEmpty();
        (await _orders!.QueryAsync("SHOW TABLES LIKE '%orders'", Token)).ShouldBeEmpty();
        ((JsonArray)(await _documents!.RunAsync("""{"listCollections":1}""", Token))["cursor"]!["firstBatch"]!).ShouldAllBe(c => ((string)c!["name"]!).StartsWith("kolumn_", StringComparison.Ordinal));
        (await InTillAsync("SELECT count(*) FROM sqlite_master WHERE name LIKE 'unsent%' OR name = 'products'")).ShouldBe(0L);
    }

    public async ValueTask DisposeAsync()
    {
        _project.Dispose();
        foreach (var database in new IAsyncDisposable?[] { _catalog, _orders, _documents })
        {
            await (database?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    /// <summary>Whether each database takes an order in this state; what it refuses leaves nothing behind.</summary>
    private async Task EverywhereAsync(string state, bool isKnown)
    {
        await AsksAsync<PostgresException>(() => _catalog!.ExecuteAsync($"SELECT '{state}'::order_state", Token));
        await AsksAsync<MySqlException>(() => _orders!.ExecuteAsync($"INSERT INTO orders (sku, price, state) VALUES ('a-1', 5, '{state}')", Token));
        await AsksAsync<MongoException>(() => _documents!.RunAsync($$"""{"insert":"orders_history","documents":[{"order":1,"state":"{{state}}"}]}""", Token));
        await AsksAsync<SqliteException>(() => InTillAsync($"INSERT OR REPLACE INTO products VALUES ('a-1', 'A', 5); INSERT INTO unsent_orders_history (sku, state) VALUES ('a-1', '{state}')"));

        Task AsksAsync<TRefusal>(Func<Task> ask)
            where TRefusal : Exception => isKnown ? ask() : Should.ThrowAsync<TRefusal>(ask);
    }

    private async Task<object?> InTillAsync(string sql)
    {
        await using var till = new SqliteConnection($"Data Source={_project.File("till.db")};Pooling=False");
        await till.OpenAsync(Token);
        await using var command = till.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(Token);
    }
}
