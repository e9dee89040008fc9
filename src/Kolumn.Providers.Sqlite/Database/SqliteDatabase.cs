using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.Sqlite.Streaming;
using Kolumn.Sdk;
using Kolumn.Sdk.Streaming;
using Kolumn.Sdk.Telemetry;

namespace Kolumn.Providers.Sqlite.Database;

/// <summary>
/// The way to one database file. Nothing is kept open between sessions, so that other programs find no lock of ours; a file
/// that does not exist yet reads as an empty database and is made by the first session that writes.
/// </summary>
internal sealed class SqliteDatabase : IProviderConnection<SqliteSession>, IOutboxConnection
{
    private readonly SqliteOptions _options;
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ProviderLoggers _loggers;
    private readonly FileUsers _users = new();

    private SqliteDatabase(SqliteOptions options, ProviderLoggers loggers, TimeProvider time) =>
        (_options, _path, _loggers, _time) = (options, Path.GetFullPath(options.Database), loggers, time);

    /// <exception cref="ProviderException">SQLite is missing, or the file is no database, cannot be reached or is locked.</exception>
    public static async Task<SqliteDatabase> ConnectAsync(JsonObject config, ProviderLoggers loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        NativeSqlite.Require();
        var database = new SqliteDatabase(SqliteOptions.Read(config), loggers, time);
        database.RequirePlace();
        await database.PingAsync(cancellationToken);
        return database;
    }

    public Task<SqliteSession> OpenAsync(SessionMode mode, CancellationToken cancellationToken)
    {
        if (mode == SessionMode.Write && _options.ReadOnly)
        {
            throw new ProviderException(Diagnostic.Error(
                DiagnosticCodes.Permission, $"the database {_options.Database} is configured as read_only", "Remove read_only from the provider block to change it."));
        }

        RequirePlace();
        return SqliteSession.OpenAsync(_options, _path, _users, mode, _loggers, _time, cancellationToken);
    }

    public async Task<string> PingAsync(CancellationToken cancellationToken)
    {
        await using var session = await SqliteSession.OpenAsync(_options, _path, _users, SessionMode.Read, _loggers, _time, cancellationToken);
        return await session.ReadAsync(connection => connection.ServerVersion, cancellationToken);
    }

    public async Task<IOutboxRunner> OpenRunnerAsync(OutboxDefinition outbox, CancellationToken cancellationToken) => _options.ReadOnly
        ? throw new ProviderException(Diagnostic.Error(DiagnosticCodes.Permission, $"the database {_options.Database} is configured as read_only", "A relay marks what it has delivered: remove read_only."))
        : await SqliteOutboxRunner.OpenAsync(_options, _path, outbox, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A missing file is an empty database; a missing folder is a mistake.</summary>
    private void RequirePlace()
    {
        if (Directory.Exists(_path))
        {
            throw Refuse($"{_options.Database} is a folder", "Write the path of the database file in it.");
        }

        if (File.Exists(_path))
        {
            return;
        }

        if (Path.GetDirectoryName(_path) is { } folder && !Directory.Exists(folder))
        {
            throw Refuse($"the folder of the database {_options.Database} does not exist", $"Create {folder}, or correct the path.");
        }

        if (_options.ReadOnly)
        {
            throw Refuse($"the database {_options.Database} does not exist", "It is configured as read_only, so it will not be created.");
        }
    }

    private static ProviderException Refuse(string summary, string detail) =>
        new(Diagnostic.Error(DiagnosticCodes.Connection, summary, detail) with { Attribute = AttributePath.Of("database") });
}
