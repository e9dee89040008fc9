using Kolumn.Testing;

namespace Kolumn.EndToEnd.Tests.Streaming;

/// <summary>A relay that is killed again and again, itself or its provider, each time when an event has arrived and nobody knows: the most that can go wrong.</summary>
internal static class KilledRelay
{
    private const int Keys = 20;
    private const int EventsOfOneKey = 30;
    private const int KillsTheProvider = 40;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="project">In which the relay runs.</param>
    /// <param name="begin">Makes an outbox with a sink of this URL, and writes these events: each key has the numbers from 0 in its payload's n.</param>
    /// <param name="providerKilled">What happens when a provider was killed and before its relay is asked for more.</param>
    public static async Task LosesNothingAsync(KolumnProject project, Func<string, IEnumerable<(string Key, int N)>, Task> begin, Func<Task> providerKilled)
    {
        Signals.RequireInterrupts();
        var kill = new[] { 1, KillsTheProvider, 200, 350 }.ToDictionary(number => number, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var hook = new Webhook((_, number) =>
        {
            if (kill.TryGetValue(number, out var reached))
            {
                reached.TrySetResult();
            }

            return 200;
        });
        await begin(hook.Url, Enumerable.Range(0, Keys * EventsOfOneKey).Select(n => ($"k{n % Keys}", n / Keys)));

        foreach (var (number, reached) in kill)
        {
            await using var relay = project.Start("stream", "run");
            await reached.Task.WaitAsync(Limit, Token);
            if (number == KillsTheProvider)
            {
                // The relay goes on with another one.
                relay.KillProviders();
                await providerKilled();
                await kill[200].Task.WaitAsync(Limit, Token);
            }

            relay.KillIt();
        }

        await project.ExpectAsync(0, "stream", "run", "--once");

        foreach (var key in hook.All.GroupBy(one => (string)one.Event["key"]!))
        {
            // An event may come again, with those after it; none is ever skipped.
            var highest = -1;
            foreach (var n in key.Select(one => (int)one.Event["payload"]!["n"]!))
            {
                n.ShouldBeLessThanOrEqualTo(highest + 1, $"{key.Key}: {string.Join(' ', key.Select(one => (int)one.Event["payload"]!["n"]!))}");
                highest = Math.Max(highest, n);
            }

            highest.ShouldBe(EventsOfOneKey - 1);
        }
    }
}
