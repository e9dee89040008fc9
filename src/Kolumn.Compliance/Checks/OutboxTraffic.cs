using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Kolumn.Compliance.Fixtures;
using Kolumn.Compliance.Probing;
using Kolumn.Compliance.Rules;
using Kolumn.Protocol;

namespace Kolumn.Compliance.Checks;

/// <summary>
/// Events through an outbox while others look at it:
/// 1. a migration writes them, which is the one way in that the contract has;
/// 2. two relays take them and say that they were delivered, until nothing is left;
/// 3. meanwhile the outbox is measured and cleaned;
/// 4. every event was handed out, those of one key in their order, and every count was true.
/// </summary>
internal sealed class OutboxTraffic(Examination examination, Probe probe, Specimen? outbox)
{
    private const int Events = 200;
    private const int Keys = 10;
    private const int Onlookers = 4;
    private const int BatchSize = 16;

    // So many steps of one relay take far more than all events; a provider that hands out nothing does not keep us for ever.
    private const int MostSteps = 200;

    private readonly ConcurrentQueue<(string Key, string Number)> _handedOut = new();
    private readonly ConcurrentQueue<(string What, Answer Answer)> _faults = new();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var rule = RuleTable.OutboxEvents;
        if (outbox is null || !examination.Facts.Capabilities.Contains(IOutboxSource.Capability))
        {
            examination.Skip(rule, "", outbox is null ? "no stream_outbox could be made" : "the capability outbox_relay is not announced");
            return;
        }

        if (!examination.IsAdvertised(FunctionNames.ApplyMigration, rule))
        {
            return;
        }

        if (examination.Facts.Types.All(type => type.Name != "table"))
        {
            examination.Skip(rule, "", "a migration could write events by SQL, and there are no tables");
            return;
        }

        var written = await WriteAsync(cancellationToken); // 1
        if (!written.Succeeded)
        {
            examination.Unknown(rule, "", $"Events could not be written into {outbox.PhysicalName}: {written.Outcome}", written);
            return;
        }

        var relays = Task.WhenAll(RelayAsync("kv-a", cancellationToken), RelayAsync("kv-b", cancellationToken)); // 2
        await Task.WhenAll(Enumerable.Range(0, Onlookers).Select(i => LookOnAsync(i == 0, relays, cancellationToken))); // 3
        await relays;
        var after = await probe.CallAsync(FunctionNames.OutboxHealthMetrics, Request(), cancellationToken);
        examination.Expect(_faults.IsEmpty, rule, "", _faults.FirstOrDefault().What ?? "", _faults.FirstOrDefault().Answer); // 4
        examination.Expect(FaultOfOrder() is null, rule, "order", FaultOfOrder() ?? "", null);
        examination.Expect(
            after.Body.Number("pending_messages") == 0 && after.Body.Number("processed_messages") == Events,
            rule,
            "counts",
            $"All of {Events} events were delivered, and {after.Body.Number("pending_messages")} are pending, {after.Body.Number("processed_messages")} processed",
            after);
    }

    private Task<Answer> WriteAsync(CancellationToken cancellationToken)
    {
        var rows = Enumerable.Range(0, Events).Select(i => $"('kv', 'k{i % Keys}', 'Counted', '{{\"n\":{i / Keys}}}')");
        return probe.CallAsync(
            FunctionNames.ApplyMigration,
            new JsonObject
            {
                ["migration_id"] = "kv-events-" + outbox!.Name,
                ["steps"] = new JsonArray(new JsonObject { ["sql"] = $"INSERT INTO {outbox.PhysicalName} (aggregatetype, aggregateid, type, payload) VALUES {string.Join(", ", rows)}" }),
            },
            cancellationToken);
    }

    private async Task RelayAsync(string runner, CancellationToken cancellationToken)
    {
        var settled = new JsonArray();
        for (var step = 0; step < MostSteps; step++)
        {
            var answer = await probe.ExchangeAsync(
                new JsonObject { ["runner"] = runner, ["outbox"] = outbox!.PhysicalName, ["settled"] = settled, ["max_events"] = BatchSize, ["max_bytes"] = 1_000_000, ["wait_ms"] = 20 },
                cancellationToken);
            if (!answer.Succeeded)
            {
                _faults.Enqueue((answer.Outcome, answer));
                return;
            }

            var events = answer.Body.List("events");
            settled = new JsonArray([.. events.Select(e => (JsonNode)new JsonObject { ["position"] = e.At("position")?.DeepClone(), ["outcome"] = "processed" })]);
            foreach (var happened in events)
            {
                _handedOut.Enqueue((happened.Text("aggregateid") ?? "", happened.Text("payload") ?? ""));
            }

            if (events.Count == 0 && answer.Body.Flag("has_pending") != true)
            {
                return;
            }
        }
    }

    private async Task LookOnAsync(bool clean, Task relays, CancellationToken cancellationToken)
    {
        do
        {
            await MeasureAsync(clean, cancellationToken);
        }
        while (!relays.IsCompleted && _faults.IsEmpty);
    }

    private async Task MeasureAsync(bool clean, CancellationToken cancellationToken)
    {
        var answer = await probe.CallAsync(clean ? FunctionNames.OutboxCleanupRetention : FunctionNames.OutboxHealthMetrics, Request(), cancellationToken);
        decimal?[] counts = [.. ((string[])["total_messages", "pending_messages", "processed_messages", "failed_messages"]).Select(n => answer.Body.Number(n))];
        var fault = !answer.Succeeded ? answer.Outcome
            : clean ? (answer.Body.Number("deleted_count") == 0 ? null : "Events of a moment ago were deleted")
            : counts[0] != Events || counts[0] != counts[1] + counts[2] + counts[3] ? $"Of {Events} events, while they are handed out, it counts {counts[1]} pending, {counts[2]} processed and {counts[3]} failed of {counts[0]}"
            : null;
        if (fault is not null)
        {
            _faults.Enqueue((fault, answer));
        }
    }

    private string? FaultOfOrder()
    {
        var byKey = _handedOut.GroupBy(e => e.Key).ToDictionary(g => g.Key, g => g.Select(e => (int)(Json.Parse(e.Number).Number("n") ?? -1)).ToList());
        var expected = Enumerable.Range(0, Events / Keys).ToList();
        foreach (var key in Enumerable.Range(0, Keys).Select(k => $"k{k}"))
        {
            var handedOut = byKey.GetValueOrDefault(key) ?? [];
            if (expected.Except(handedOut).Any())
            {
                return $"Of {expected.Count} events of the key {key} {expected.Intersect(handedOut).Count()} were handed out";
            }

            if (!handedOut.SequenceEqual(expected))
            {
                return $"The events of the key {key} were handed out as {string.Join(", ", handedOut)}";
            }
        }

        return null;
    }

    private JsonObject Request() => new() { ["outbox"] = outbox!.PhysicalName, ["retention_days"] = 1 };
}
