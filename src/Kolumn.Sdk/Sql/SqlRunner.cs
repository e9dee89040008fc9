using System.Data.Common;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Kolumn.Sdk.Internal;
using Kolumn.Sdk.Telemetry;

namespace Kolumn.Sdk.Sql;

/// <summary>
/// Runs SQL for providers that need no session of their own, on any ADO.NET driver (provider runtime contract, helper packages):
/// values are parameters, every run is logged and traced, and a connection that cannot be opened is tried again after a pause. A
/// statement is sent once: what became of it when its connection broke is the caller's to find out.
/// </summary>
/// <param name="source">Where connections come from; it stays the caller's to dispose.</param>
public sealed class SqlRunner(DbDataSource source, ProviderLoggers loggers, TimeProvider time)
{
    /// <summary>How often a connection is tried.</summary>
    public const int Attempts = 4;

    /// <summary>Before the second attempt; twice as long before each that follows, and up to as much again at random.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <returns>The number of rows that the driver says were changed.</returns>
    /// <exception cref="DbException">The database cannot be reached, or refuses.</exception>
    public async Task<int> ExecuteAsync(SqlTemplate sql, CancellationToken cancellationToken)
    {
        using var operation = loggers.TrackOperation(loggers.Handler, "execute sql");
        try
        {
            await using var connection = await OpenAsync(cancellationToken);
            await using var command = ToCommand(connection, sql);
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (DbException refused)
        {
            operation.Fail(refused.SqlState ?? "DbException");
            throw;
        }
    }

    /// <summary>The rows as they come; none is kept here.</summary>
    /// <exception cref="DbException">The database cannot be reached, or refuses.</exception>
    public async IAsyncEnumerable<T> QueryAsync<T>(SqlTemplate sql, Func<DbDataReader, T> row, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var operation = loggers.TrackOperation(loggers.Discovery, "query sql");
        await using var connection = await OpenAsync(cancellationToken);
        await using var command = ToCommand(connection, sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return row(reader);
        }
    }

    private async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await source.OpenConnectionAsync(cancellationToken);
            }
            catch (DbException failure) when (attempt < Attempts && IsOfTheConnection(failure))
            {
                var pause = Backoff.After(Pause, attempt);
                Log.ConnectingAgain(loggers.Connection, failure.SqlState ?? failure.GetType().Name, (long)pause.TotalMilliseconds, attempt + 1, Attempts);
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    // SQLSTATE class 08 is "connection exception". Whoever is refused for what they are is refused again.
    private static bool IsOfTheConnection(DbException failure) =>
        failure.IsTransient || failure.SqlState?.StartsWith("08", StringComparison.Ordinal) == true || failure.InnerException is SocketException or IOException or TimeoutException;

    private static DbCommand ToCommand(DbConnection connection, SqlTemplate sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Its holes are parameters and quoted names: that is what a template is for.
        command.CommandText = sql.Text;
#pragma warning restore CA2100
        for (var i = 0; i < sql.Values.Count; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"@p{i + 1}";
            parameter.Value = sql.Values[i] ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
