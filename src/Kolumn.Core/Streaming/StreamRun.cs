using System.Text.Json.Nodes;
using Kolumn.Core.Configuration;
using Kolumn.Core.Providers;
using Kolumn.Language;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Core.Streaming;

/// <summary>
/// Relays the outboxes of one provider instance, side by side, to the sinks of its routes. Where they lead is read from the
/// database, so that it is what was applied.
/// </summary>
internal sealed class StreamRun(ProviderSessions sessions, IEngineObserver observer, TimeProvider time, DiagnosticList diagnostics)
{
    /// <summary>How long what is under way may take once the relay is to end.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// 1. The routes and sinks are read.
    /// 2. The sinks are opened, with the secrets that the environment holds.
    /// 3. Every outbox is relayed.
    /// 4. The sinks are closed.
    /// </summary>
    /// <param name="block">The instance, connected.</param>
    /// <param name="capabilities">What it can do.</param>
    /// <param name="options">What to relay.</param>
    /// <param name="cancellationToken">Ends it in order.</param>
    public async Task<IReadOnlyList<RelayCounts>> RunAsync(ProviderBlock block, Capabilities capabilities, StreamOptions options, CancellationToken cancellationToken)
    {
        if (!capabilities.Features.GetValueOrDefault(IOutboxSource.Capability) || sessions.RuntimeOf(block.Instance) is not IOutboxSource source)
        {
            diagnostics.Error(CoreCodes.StreamsUnsupported, $"The provider {block.Id} has no outboxes", "Relay those of another one: kolumn stream run PROVIDER.");
            return [];
        }

        // 1
        var found = await ReadAsync(block, capabilities.Provider, cancellationToken);
        var routes = found is null ? [] : Routes(found, options);
        if (diagnostics.HasErrors)
        {
            return [];
        }

        var sinks = new Dictionary<string, (SinkSettings Settings, IEventSink Sink)>(StringComparer.Ordinal);
        try
        {
            // 2
            foreach (var name in routes.Select(route => route.Sink).Distinct(StringComparer.Ordinal))
            {
                Open(found!.Sinks[name], options, sinks);
            }

            // 3
            return diagnostics.HasErrors ? [] : await RelayAsync(block, source, routes, sinks, options, cancellationToken);
        }
        finally
        {
            // 4
            foreach (var (_, sink) in sinks.Values)
            {
                await sink.DisposeAsync();
            }
        }
    }

    private async Task<IReadOnlyList<RelayCounts>> RelayAsync(
        ProviderBlock block, IOutboxSource source, IReadOnlyList<StreamRoute> routes,
        Dictionary<string, (SinkSettings Settings, IEventSink Sink)> sinks, StreamOptions options, CancellationToken cancellationToken)
    {
        using var kill = new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var ending = cancellationToken.Register(() => kill.CancelAfter(EndLimit));
        var relays = routes.GroupBy(route => route.Source, StringComparer.Ordinal).Select(of => new OutboxRelay(
            of.Key,
            source,
            [.. of.Select(route => (route, sinks[route.Sink].Settings, sinks[route.Sink].Sink))],
            message => observer.On(new ProviderMessage(block.Instance, "warn", sessions.Secrets.Hide(message))),
            time)).ToList();
        await Task.WhenAll(relays.Select(async relay =>
        {
            try
            {
                if (await relay.RunAsync(options.Once, stop.Token, kill.Token) is { } failure)
                {
                    lock (diagnostics)
                    {
                        diagnostics.Add(sessions.Secrets.Hide(failure));
                    }
                }
            }
            catch (OperationCanceledException) when (kill.IsCancellationRequested)
            {
                // What was under way is handed out again.
            }
        }));
        if (options.Once && cancellationToken.IsCancellationRequested)
        {
            diagnostics.Error(DiagnosticCodes.Cancelled, "Cancelled", "What arrived is marked; events may still be pending.");
        }

        return [.. relays.Select(relay => relay.Counts)];
    }

    private async Task<Found?> ReadAsync(ProviderBlock block, string provider, CancellationToken cancellationToken)
    {
        try
        {
            string TypeOf(string kind) => $"{provider}_stream_{kind}";
            var answer = await sessions.RuntimeOf(block.Instance).InspectAsync(
                new InspectRequest { Types = [TypeOf("outbox"), TypeOf("sink"), TypeOf("route")] }, cancellationToken);
            diagnostics.AddRange(answer.Diagnostics.Select(sessions.Secrets.Hide));
            IEnumerable<JsonObject> Of(string kind) => answer.State.Where(one => one.Type == TypeOf(kind)).Select(one => one.Config);
            return new Found(
                Of("outbox").ToDictionary(NameOf, StringComparer.Ordinal), Of("sink").ToDictionary(NameOf, StringComparer.Ordinal), [.. Of("route")]);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            diagnostics.Add(sessions.Secrets.Hide(ProviderFailures.ToDiagnostic(failure, block.Instance, "reading the streams", "Nothing has been delivered.")));
            return null;
        }
    }

    /// <summary>Those that deliver something: enabled, to a sink that is enabled, from an outbox that was asked for.</summary>
    private IReadOnlyList<StreamRoute> Routes(Found found, StreamOptions options)
    {
        foreach (var unknown in options.Outboxes.Where(name => !found.Outboxes.ContainsKey(name)))
        {
            diagnostics.Error(
                CoreCodes.UnknownReference, $"There is no outbox \"{unknown}\"",
                found.Outboxes.Count == 0 ? "None has been applied." : $"There is {string.Join(", ", found.Outboxes.Keys)}.{DidYouMean.Ask(unknown, found.Outboxes.Keys)}");
        }

        var routes = new List<StreamRoute>();
        foreach (var route in found.Routes.Where(IsEnabled).Select(StreamRoute.Read).Where(route => options.Outboxes.Count == 0 || options.Outboxes.Contains(route.Source)))
        {
            if (!found.Outboxes.ContainsKey(route.Source) || !found.Sinks.TryGetValue(route.Sink, out var sink))
            {
                var (what, name) = found.Outboxes.ContainsKey(route.Source) ? ("sink", route.Sink) : ("outbox", route.Source);
                diagnostics.Error(CoreCodes.UnknownReference, $"The route {route.Name} leads nowhere: there is no {what} \"{name}\"", "Plan and apply to put it back.");
            }
            else if (IsEnabled(sink))
            {
                routes.Add(route);
            }
        }

        if (routes.Count == 0 && !diagnostics.HasErrors)
        {
            diagnostics.Error(CoreCodes.NothingToRelay, "There is nothing to relay", "No enabled route leads from an outbox to an enabled sink. Describe a stream_outbox, a stream_sink and a stream_route, and apply.");
        }

        return routes;
    }

    private void Open(JsonObject config, StreamOptions options, Dictionary<string, (SinkSettings Settings, IEventSink Sink)> sinks)
    {
        if (SinkSettings.Read(config, options.Variable, diagnostics) is not { } settings)
        {
            return;
        }

        sessions.Secrets.Add(settings.Secrets);
        try
        {
            sinks[settings.Name] = (settings, settings.Type switch
            {
                "http" => new HttpSink(settings, time),
                "file" => LineSink.ToFile(settings),
                "stdout" when options.Output is { } output => LineSink.On(settings, output),
                _ => throw new FormatException("standard output is taken by the result of the command: leave --json out"),
            });
        }
        catch (Exception fault) when (fault is FormatException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            diagnostics.Add(sessions.Secrets.Hide(Diagnostic.Error(
                CoreCodes.SinkUnusable, $"The sink {settings.Name} cannot be used: {fault.Message}", "Nothing has been delivered. Correct the sink and apply, or put right what it leads to.")));
        }
    }

    private static string NameOf(JsonObject config) => SinkSettings.TextOf(config, "name") ?? "";

    private static bool IsEnabled(JsonObject config) => config["enabled"]?.GetValueKind() != System.Text.Json.JsonValueKind.False;

    private sealed record Found(IReadOnlyDictionary<string, JsonObject> Outboxes, IReadOnlyDictionary<string, JsonObject> Sinks, IReadOnlyList<JsonObject> Routes);
}
