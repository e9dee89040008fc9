using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.Sqlite.Database;
using Kolumn.Providers.Sqlite.Resources.Tables;
using Kolumn.Sdk;
using Kolumn.Sdk.Telemetry;
using Kolumn.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kolumn.Providers.Sqlite.Tests;

/// <summary>A database file of one test's own, with a second way into it: what the sqlite3 shell would be to a user.</summary>
internal sealed class SqliteFile : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SqliteFile() => NativeSqlite.Require();

    public string Path => _folder.File("test.db");

    public static ProviderLoggers Loggers { get; } = new("sqlite", NullLoggerFactory.Instance);

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Runs SQL behind the provider's back.</summary>
    public void Run(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Every row of a query, its values divided by <c>|</c>.</summary>
    public IReadOnlyList<string> Rows(string sql)
    {
        using var connection = Connect();
        return connection.Query(sql, row => string.Join('|', Enumerable.Range(0, row.FieldCount).Select(i => row.IsDBNull(i) ? "NULL" : row.GetValue(i))));
    }

    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        return connection;
    }

    public Task<SqliteDatabase> ConnectAsync(JsonObject? settings = null)
    {
        settings ??= [];
        settings["database"] = Path;
        return SqliteDatabase.ConnectAsync(settings, Loggers, TimeProvider.System, Token);
    }

    /// <summary>Runs statements in one writing session and commits.</summary>
    public async Task ExecuteAsync(IReadOnlyList<Statement> statements)
    {
        await using var database = await ConnectAsync();
        await using var session = await database.OpenAsync(SessionMode.Write, Token);
        await session.ExecuteAsync(statements, Token);
        await session.CommitAsync(Token);
    }

    public TableDefinition Table(string name)
    {
        using var connection = Connect();
        return TableCatalog.Read(connection, [name]).ShouldHaveSingleItem();
    }

    public void Dispose() => _folder.Dispose();
}

/// <summary>Describing as the engine does it.</summary>
internal static class Describing
{
    public static DescribeContext Context(params (string Address, string Config)[] others) => new(
        new ResourceAddress("sqlite_table", "it"),
        address => others.Where(other => other.Address == address).Select(other => (JsonObject)JsonNode.Parse(other.Config)!).FirstOrDefault());

    public static TableDefinition Table(string config)
    {
        var context = Context();
        var table = TableConfig.Describe((JsonObject)JsonNode.Parse(config)!, context);
        context.Diagnostics.ShouldBeEmpty();
        return table;
    }
}
