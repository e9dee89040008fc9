using Kolumn.Testing;

namespace Kolumn.EndToEnd.Tests.Streaming;

/// <summary>Applied, written to and relayed: what a user of an outbox in PostgreSQL does.</summary>
public sealed class PostgresStreamTests(PostgresDatabases databases) : IAsyncLifetime
{
    private readonly KolumnProject _project = new();
    private TestDatabase? _database;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TestDatabase Database => _database!;

    public async ValueTask InitializeAsync()
    {
        _database = await databases.CreateAsync(Token);
        _project.Write("provider.kl", $"provider \"postgres\" {{\n  url = \"{Database.Url}\"\n}}\n");
    }

    [Fact]
    public async Task CapturedRows_AreWrittenAsLines_InTheOrderOfTheirKeys()
    {
        await CapturedOrders.DeliverAsync(_project, "postgres", "text", sql => Database.ExecuteAsync(sql, Token));
        (await Database.QueryAsync("SELECT status || ' ' || attempts FROM events ORDER BY position", Token)).ShouldBe(["processed 1", "processed 1", "processed 1", "processed 1"]);

        // Somebody else writes it down from the database: none of the outbox's own tables, indexes and triggers.
        File.Delete(_project.File("shop.kl"));
        Directory.Delete(_project.File(".kolumn"), recursive: true);
        await Commands.DiscoverTests.AdoptAsync(_project, 5);
        (await File.ReadAllTextAsync(_project.File("stream_routes.kl"), Token)).ShouldContain("source = postgres_stream_outbox.events");
    }

    public async ValueTask DisposeAsync()
    {
        _project.Dispose();
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }
}
