using System.Text.Json.Nodes;
using Kolumn.MongoDb;
using Kolumn.Protocol;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Sdk;

namespace Kolumn.Providers.Mongo.Migrations;

/// <summary>
/// Whose turn it is to migrate a database: a document in the ledger, by the server's clock. It is renewed for as long as it is held; of a process that was killed it is free again after
/// <see cref="Lease"/>.
/// </summary>
internal sealed class MigrationTurn : IAsyncDisposable
{
    /// <summary>The id of the document. Migrations have texts for ids.</summary>
    private const int Id = 0;

    private const int DuplicateKey = 11000;

    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(2);

    private readonly MongoSession _session;
    private readonly string _ledger;
    private readonly string _holder;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _renewing;

    private MigrationTurn(MongoSession session, string ledger, string holder)
    {
        (_session, _ledger, _holder) = (session, ledger, holder);
        _renewing = RenewAsync();
    }

    /// <exception cref="ProviderException">It is somebody else's, or the server refuses.</exception>
    public static async Task<MigrationTurn> TakeAsync(MongoSession session, string ledger, CancellationToken cancellationToken)
    {
        var holder = Guid.NewGuid().ToString("N");
        var free = new JsonObject { ["_id"] = Id, ["$expr"] = new JsonObject { ["$lt"] = new JsonArray("$until", "$$NOW") } };
        var taken = await SetAsync(session, ledger, free, holder, Lease, cancellationToken);
        if (!taken)
        {
            try
            {
                var ended = MongoCommand.Moment(DateTimeOffset.UnixEpoch);
                await session.RunAsync(new JsonObject { ["insert"] = ledger, ["documents"] = new JsonArray(new JsonObject { ["_id"] = Id, ["until"] = ended }) }, MongoCommandKind.Write, cancellationToken);
                taken = await SetAsync(session, ledger, (JsonObject)free.DeepClone(), holder, Lease, cancellationToken);
            }
            catch (ProviderException known) when (known.InnerException is MongoException { Code: DuplicateKey })
            {
                // It is held.
            }
        }

        return taken ? new MigrationTurn(session.Beside(), ledger, holder) : throw new ProviderException(Diagnostic.Error(
            DiagnosticCodes.Operation, "another migration of this database is running", $"Try again when it is done. Of one whose process was killed the turn is free again after {Lease.TotalSeconds:0} s.") with
        {
            Retryable = true,
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _renewing;
        using var limit = new CancellationTokenSource(EndLimit);
        try
        {
            await SetAsync(_session, _ledger, Mine(), _holder, TimeSpan.FromSeconds(-1), limit.Token);
        }
        catch (Exception lost) when (lost is ProviderException or OperationCanceledException)
        {
            // It ends by itself.
        }

        await _session.DisposeAsync();
        _ending.Dispose();
    }

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(Renewal);
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token))
            {
                await SetAsync(_session, _ledger, Mine(), _holder, Lease, _ending.Token);
            }
        }
        catch (Exception over) when (over is ProviderException or OperationCanceledException)
        {
            // The work meets the same trouble, and batches that two make at once do no harm.
        }
    }

    private JsonObject Mine() => new() { ["_id"] = Id, ["holder"] = _holder };

    private static async Task<bool> SetAsync(MongoSession session, string ledger, JsonObject filter, string holder, TimeSpan until, CancellationToken cancellationToken)
    {
        var reply = await session.RunAsync(
            new JsonObject
            {
                ["update"] = ledger,
                ["updates"] = new JsonArray(new JsonObject
                {
                    ["q"] = filter,
                    ["u"] = new JsonArray(new JsonObject
                    {
                        ["$set"] = new JsonObject { ["holder"] = holder, ["until"] = new JsonObject { ["$add"] = new JsonArray("$$NOW", (long)until.TotalMilliseconds) } },
                    }),
                }),
            },
            MongoCommandKind.Write,
            cancellationToken);
        return reply["n"]?.GetValue<long>() == 1;
    }
}
