using Kolumn.Testing;

namespace Kolumn.Providers.MySql.Tests;

/// <summary>A test with an empty database of its own.</summary>
public abstract class MySqlTest(MariaDbDatabases databases) : IAsyncLifetime
{
    private MariaDbDatabase? _database;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected MariaDbDatabase Database => _database!;

    public virtual async ValueTask InitializeAsync() => _database = await databases.CreateAsync(Token);

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}
