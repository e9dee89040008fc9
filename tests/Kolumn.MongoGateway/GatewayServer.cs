using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Kolumn.MongoGateway;

/// <summary>
/// MongoDB's wire protocol on a port of the loopback interface, in front of a PostgreSQL database that has the DocumentDB extension. For
/// each message:
/// <list type="number">
/// <item>answer what is about the connection itself;</item>
/// <item>find the connection of its transaction, or take any;</item>
/// <item>call the extension's function for it, and pass on what that returns or why it refuses.</item>
/// </list>
/// </summary>
public sealed class GatewayServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly NpgsqlDataSource _source;
    private readonly PinnedTransactions _transactions;
    private readonly Credentials? _credentials;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<long, byte[]> _continuations = new();
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _running = new();
    private readonly ConcurrentDictionary<Task, bool> _clients = new();
    private readonly ConcurrentDictionary<string, long> _commands = new();
    private readonly Task _accepting;

    private GatewayServer(string connectionString, Credentials? credentials)
    {
        _source = NpgsqlDataSource.Create(connectionString);
        _transactions = new PinnedTransactions(_source);
        _credentials = credentials;
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <param name="credentials">Who may come in; null for everybody.</param>
    public static GatewayServer Start(string connectionString, Credentials? credentials) => new(connectionString, credentials);

    /// <summary>The database was started again: none of the connections to it is one any more.</summary>
    public void ForgetConnections() => _source.Clear();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_clients.Keys);
        await _transactions.DisposeAsync();
        await _source.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                var serving = Task.Run(() => ServeAsync(client));
                _clients[serving] = true;
                _ = serving.ContinueWith(done => _clients.TryRemove(done, out _), TaskScheduler.Default);
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or SocketException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            client.NoDelay = true;
            var stream = client.GetStream();
            var login = _credentials is null ? null : new ScramLogin(_credentials);
            try
            {
                while (await WireMessage.ReadAsync(stream, _stopping.Token) is { } message)
                {
                    var reply = await AnswerAsync(message, login);
                    if (message.WantsReply)
                    {
                        await stream.WriteAsync(message.ReplyWith(reply), _stopping.Token);
                    }
                }
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException or FormatException or ArgumentException)
            {
                // The client went, or we go; a message that cannot be read ends the connection, as it does on a server.
            }
        }
    }

    private async Task<byte[]> AnswerAsync(WireMessage message, ScramLogin? login)
    {
        var name = message.Body.Elements().First().Name;
        _commands.AddOrUpdate(name, 1, (_, count) => count + 1);
        try
        {
            if (name is "saslStart" or "saslContinue")
            {
                return (login ?? throw new GatewayError(59, "CommandNotFound", "this server asks nobody for a password")).Continue(name, message.Body);
            }

            return ConnectionCommands.Answer(name, message.Body, _credentials is not null) // 1
                ?? (login is { IsComplete: false } ? throw new GatewayError(13, "Unauthorized", $"Command {name} requires authentication") : await RunAsync(name, message));
        }
        catch (GatewayError error)
        {
            return error.ToReply();
        }
        catch (PostgresException failure)
        {
            return GatewayError.From(failure).ToReply();
        }
        catch (OperationCanceledException) when (!_stopping.IsCancellationRequested)
        {
            return new GatewayError(11601, "Interrupted", "operation was interrupted").ToReply();
        }
        catch (NpgsqlException lost)
        {
            return new GatewayError(91, "ShutdownInProgress", lost.Message).ToReply();
        }
        catch (Exception unexpected) when (unexpected is not (IOException or OperationCanceledException))
        {
            // Whatever it is, it is said: without an answer the client would know of a lost connection and nothing else.
            return new GatewayError(1, "InternalError", $"gateway, {name}: {unexpected.GetType().Name}: {unexpected.Message}").ToReply();
        }
    }

    private async Task<byte[]> RunAsync(string name, WireMessage message)
    {
        var body = message.Body;
        var session = body["lsid"]?.Document?["id"] is { } id ? Convert.ToHexString(id.Value.Span) : "";
        var transaction = body["autocommit"] is { IsTrue: false } ? (session, body["txnNumber"]?.Integer ?? 0) : ((string, long)?)null;
        switch (name)
        {
            case "serverStatus":
                return Status();
            case "killSessions":
                Interrupt(body);
                return new BsonBuilder().Add("ok", 1.0).Build();
            case "killCursors":
                return KillCursors(body);
            case "commitTransaction" or "abortTransaction":
                await _transactions.EndAsync(transaction ?? throw new GatewayError(251, "NoSuchTransaction", "no transaction"), name == "commitTransaction", _stopping.Token);
                return new BsonBuilder().Add("ok", 1.0).Build();
        }

        if (!DocumentDbCommands.Knows(name))
        {
            throw new GatewayError(59, "CommandNotFound", $"no such command: '{name}'");
        }

        using var running = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        _running[session] = running;
        try
        {
            if (transaction is { } pinned) // 2
            {
                var connection = body["startTransaction"] is { IsTrue: true } ? await _transactions.BeginAsync(pinned, running.Token) : _transactions.Find(pinned);
                return await DocumentDbCommands.RunAsync(connection, name, message, _continuations, running.Token); // 3
            }

            await using var any = await _source.OpenConnectionAsync(running.Token);
            return await DocumentDbCommands.RunAsync(any, name, message, _continuations, running.Token); // 3
        }
        finally
        {
            _running.TryRemove(session, out _);
        }
    }

    /// <summary>How many commands came in, by name: https://www.mongodb.com/docs/manual/reference/command/serverStatus/#metrics.</summary>
    private byte[] Status()
    {
        var commands = new BsonBuilder();
        foreach (var (name, count) in _commands)
        {
            commands.Add(name, new BsonBuilder().Add("total", count));
        }

        return new BsonBuilder().Add("metrics", new BsonBuilder().Add("commands", commands)).Add("ok", 1.0).Build();
    }

    private void Interrupt(BsonDocument body)
    {
        foreach (var session in body["killSessions"]?.Document?.Elements() ?? [])
        {
            if (session.Document?["id"] is { } id && _running.TryGetValue(Convert.ToHexString(id.Value.Span), out var running))
            {
                try
                {
                    running.Cancel();
                }
                catch (ObjectDisposedException)
                {
                    // What was to be interrupted has come to its end meanwhile.
                }
            }
        }
    }

    private byte[] KillCursors(BsonDocument body)
    {
        foreach (var cursor in body["cursors"]?.Document?.Elements() ?? [])
        {
            _continuations.TryRemove(cursor.Integer ?? 0, out _);
        }

        return new BsonBuilder().Add("ok", 1.0).Build();
    }
}
