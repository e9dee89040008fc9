using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kolumn.MongoDb.Internal;

/// <summary>A client of the pool with a session of the server. Everything blocks; one thread at a time, and always the same one.</summary>
internal sealed unsafe class NativeSession(SafePoolHandle pool) : IDisposable
{
    private bool _holdsPool;
    private nint _client;
    private nint _session;
    private bool _inTransaction;

    /// <summary>The session's lsid, as killSessions takes it; null when the server has no sessions.</summary>
    public JsonObject? Id => _session == 0 ? null : NativeDocument.Read(NativeMethods.SessionId(_session));

    /// <exception cref="MongoException">No server is found.</exception>
    public void Open()
    {
        if (_client != 0)
        {
            return;
        }

        if (!_holdsPool)
        {
            pool.DangerousAddRef(ref _holdsPool);
        }

        var client = NativeMethods.Pop(pool);
        NativeError error = default;
        _session = NativeMethods.StartSession(client, 0, &error);
        if (_session == 0)
        {
            NativeMethods.Push(pool, client);
            throw NativeFailure.From(error, []);
        }

        _client = client;
    }

    public JsonObject Run(string database, byte[] command, MongoCommandKind kind, MongoReplyForm form = MongoReplyForm.Relaxed)
    {
        using var reply = new NativeReply();
        using var options = new NativeDocument();
        NativeError error = default;
        fixed (byte* bytes = command)
        {
            var bson = NativeMethods.NewBson(bytes, (nuint)command.Length);
            try
            {
                var succeeded = NativeMethods.AppendSession(_session, options.Pointer, &error)
                    && (kind == MongoCommandKind.Read
                        ? NativeMethods.Read(_client, database, bson, 0, options.Pointer, reply.Fill(), &error)
                        : NativeMethods.Write(_client, database, bson, options.Pointer, reply.Fill(), &error));
                var answer = reply.ToJson(succeeded ? form : MongoReplyForm.Relaxed);
                return succeeded ? NativeFailure.InSuccess(answer) is { } refused ? throw refused : answer : throw NativeFailure.From(error, answer);
            }
            finally
            {
                NativeMethods.DestroyBson((void*)bson);
            }
        }
    }

    public JsonObject Begin()
    {
        NativeError error = default;
        _inTransaction = NativeMethods.StartTransaction(_session, 0, &error);
        return _inTransaction ? [] : throw NativeFailure.From(error, []);
    }

    public JsonObject Commit()
    {
        using var reply = new NativeReply();
        NativeError error = default;
        _inTransaction = false;
        return NativeMethods.CommitTransaction(_session, reply.Fill(), &error) ? reply.ToJson() : throw NativeFailure.From(error, reply.ToJson());
    }

    public JsonObject Abort()
    {
        NativeError error = default;
        _inTransaction = false;
        return NativeMethods.AbortTransaction(_session, &error) ? [] : throw NativeFailure.From(error, []);
    }

    public void Dispose()
    {
        if (_client != 0)
        {
            if (_inTransaction)
            {
                NativeError ignored = default;
                NativeMethods.AbortTransaction(_session, &ignored);
            }

            NativeMethods.DestroySession(_session);
            NativeMethods.Push(pool, _client);
            (_client, _session) = (0, 0);
        }

        if (_holdsPool)
        {
            pool.DangerousRelease();
            _holdsPool = false;
        }
    }
}
