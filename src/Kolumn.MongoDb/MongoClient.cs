using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Kolumn.MongoDb.Internal;

namespace Kolumn.MongoDb;

/// <summary>
/// The way to one MongoDB deployment, by the official C driver: URI, TLS, SCRAM, replica sets and SRV records are the driver's. Nothing
/// is connected before the first command. Safe for concurrent use.
/// </summary>
public sealed class MongoClient : IAsyncDisposable
{
    /// <summary>Errors by the server's own numbers.</summary>
    private const int ErrorApi = 2;

    private readonly SafePoolHandle _pool;
    private readonly SemaphoreSlim _free;
    private readonly SemaphoreSlim _interrupting = new(1, 1);

    private MongoClient(SafePoolHandle pool, string? database, int maxConnections)
    {
        (_pool, Database) = (pool, database);
        _free = new SemaphoreSlim(maxConnections, maxConnections);
    }

    /// <summary>The database that the URI names; null for none.</summary>
    public string? Database { get; }

    /// <exception cref="MongoException">There is no driver on this system, or the URI is none. The message holds no part of a URI with a password.</exception>
    public static unsafe MongoClient Create(string uri, MongoClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        NativeLibraries.Require();
        NativeError error = default;
        var parsed = NativeMethods.NewUri(uri, &error);
        if (parsed == 0)
        {
            throw new MongoException(MongoFailure.Input, $"this is no MongoDB URI: {Shown(error.Text, uri)}");
        }

        try
        {
            Default(parsed, "serverSelectionTimeoutMS", options.ServerSelectionTimeout);
            Default(parsed, "socketTimeoutMS", options.SocketTimeout);
            var pool = NativeMethods.NewPool(parsed, &error);
            if (pool == 0)
            {
                throw new MongoException(MongoFailure.Input, $"this MongoDB URI cannot be used: {Shown(error.Text, uri)}");
            }

            // One more than there are connections in use, to interrupt them by.
            NativeMethods.SetMaxSize(pool, (uint)options.MaxConnections + 1);
            NativeMethods.SetErrorApi(pool, ErrorApi);
            NativeMethods.SetApplicationName(pool, options.ApplicationName);
            return new MongoClient(new SafePoolHandle(pool), Marshal.PtrToStringUTF8((nint)NativeMethods.DatabaseOf(parsed)), options.MaxConnections);
        }
        finally
        {
            NativeMethods.DestroyUri(parsed);
        }
    }

    /// <summary>Waits for a free connection, which its disposal gives back.</summary>
    public async Task<MongoConnection> OpenAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_pool.IsClosed, this);
        await _free.WaitAsync(cancellationToken);
        return new MongoConnection(this, _pool, () => _free.Release());
    }

    /// <summary>The driver's threads end once the last connection has been given back.</summary>
    public ValueTask DisposeAsync()
    {
        _pool.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Asks the server to stop what a session is doing; whoever owns a session may do that. One at a time; failing is no harm.</summary>
    internal async Task InterruptAsync(JsonObject sessionId, TimeSpan limit)
    {
        using var limited = new CancellationTokenSource(limit);
        try
        {
            await _interrupting.WaitAsync(limited.Token);
            var connection = new MongoConnection(this, _pool, () => _interrupting.Release());
            await using (connection)
            {
                await connection.RunUninterruptedAsync("admin", new JsonObject { ["killSessions"] = new JsonArray(sessionId.DeepClone()) }).WaitAsync(limited.Token);
            }
        }
        catch (Exception unanswered) when (unanswered is OperationCanceledException or MongoException or ObjectDisposedException)
        {
            // Whoever asked goes on without an answer.
        }
    }

    private static void Default(nint uri, string option, TimeSpan value)
    {
        if (NativeMethods.OptionOf(uri, option.ToLowerInvariant(), 0) == 0)
        {
            NativeMethods.SetOption(uri, option.ToLowerInvariant(), (int)value.TotalMilliseconds);
        }
    }

    /// <summary>The driver quotes the URI, or the part of it that it does not understand: where that may be a password, nothing of it is shown.</summary>
    private static string Shown(string message, string uri) =>
        uri.Contains('@', StringComparison.Ordinal) ? "check its form, mongodb://user:password@host:port/database?options, and that special characters of user and password are percent-encoded" : message;
}
