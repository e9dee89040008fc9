using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Host;
using Kolumn.Host.Connection;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Compliance.Probing;

/// <summary>A provider's four methods, as raw as they are. Every call ends within a limit, and every end is an <see cref="Answer"/>.</summary>
internal sealed class Probe : IAsyncDisposable
{
    private readonly IProviderWire _wire;
    private readonly TimeSpan _limit;
    private readonly Action<Probe, Answer> _heard;
    private int _calls;

    /// <param name="limit">After which the wire gives a call up.</param>
    public Probe(IProviderWire wire, TimeSpan limit, Action<Probe, Answer> heard)
    {
        _wire = wire;
        _limit = limit;
        _heard = heard;
    }

    public bool IsAlive => _wire.IsAlive;

    public int ProcessId => _wire.ProcessId;

    public Task<Answer> ConfigureAsync(JsonObject config, CancellationToken cancellationToken) => ConfigureAsync(Encoding.UTF8.GetBytes(config.Write()), cancellationToken);

    public Task<Answer> ConfigureAsync(byte[] config, CancellationToken cancellationToken) =>
        AnswerAsync("Configure", "", token => _wire.ConfigureAsync(config, NextId(), token), cancellationToken);

    public Task<Answer> SchemaAsync(CancellationToken cancellationToken) => AnswerAsync("Schema", "", token => _wire.SchemaAsync(NextId(), token), cancellationToken);

    public Task<Answer> CallAsync(string function, JsonNode input, CancellationToken cancellationToken) =>
        CallAsync(function, Encoding.UTF8.GetBytes(input.Write()), cancellationToken);

    public Task<Answer> CallAsync(string function, byte[] input, CancellationToken cancellationToken) => AnswerAsync(
        function,
        Encoding.UTF8.GetString(input.AsSpan(0, Math.Min(input.Length, 2000))),
        token => _wire.CallFunctionAsync(function, input, NextId(), token),
        cancellationToken);

    /// <summary>One step of a relay.</summary>
    public Task<Answer> ExchangeAsync(JsonObject request, CancellationToken cancellationToken) => AnswerAsync(
        "Exchange", request.Write(), token => _wire.ExchangeAsync(Encoding.UTF8.GetBytes(request.Write()), NextId(), token), cancellationToken);

    /// <inheritdoc cref="IProviderWire.ConnectBeside"/>
    public ProviderChannel ConnectBeside(Func<Stream, Stream>? through) => _wire.ConnectBeside(through);

    /// <summary>The method alone; the process goes on.</summary>
    public Task<Answer> CloseAsync(CancellationToken cancellationToken) => AnswerAsync("Close", "", token => _wire.CloseAsync(NextId(), token), cancellationToken);

    /// <summary>Close, Shutdown, the end of stdin, SIGTERM, SIGKILL.</summary>
    /// <returns>What did not go as it should.</returns>
    public Task<IReadOnlyList<string>> StopAsync() => _wire.StopAsync();

    public ValueTask DisposeAsync() => _wire.DisposeAsync();

    private string NextId() => $"verify-{_wire.ProcessId}-{Interlocked.Increment(ref _calls)}";

    private async Task<Answer> AnswerAsync(string call, string sent, Func<CancellationToken, Task<ReadOnlyMemory<byte>>> start, CancellationToken cancellationToken)
    {
        var answer = await TryAsync(call, start, cancellationToken) with { Sent = Json.Excerpt(sent) };
        _heard(this, answer);
        return answer;
    }

    private async Task<Answer> TryAsync(string call, Func<CancellationToken, Task<ReadOnlyMemory<byte>>> start, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        try
        {
            return Read(call, await start(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            return new Answer { Kind = AnswerKind.Cancelled, Call = call };
        }
        catch (PluginException failure)
        {
            var kind = failure.Reason != PluginFailure.OutcomeUnknown ? KindOf(failure)
                : cancellationToken.IsCancellationRequested ? AnswerKind.Cancelled
                : Stopwatch.GetElapsedTime(begun) >= _limit ? AnswerKind.Hung
                : AnswerKind.Crashed;
            return new Answer { Kind = kind, Call = call, Text = TextOf(failure) };
        }
        catch (ProviderCallException failure)
        {
            return new Answer { Kind = KindOf(failure.Failure), Call = call, Text = failure.Message };
        }
    }

    /// <remarks>An empty result is an empty object: protobuf leaves out what is empty.</remarks>
    private static Answer Read(string call, ReadOnlyMemory<byte> json)
    {
        var text = json.IsEmpty ? "{}" : Encoding.UTF8.GetString(json.Span);
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = PayloadJson.MaxDepth, AllowDuplicateProperties = false }) is JsonObject body
                ? new Answer { Kind = AnswerKind.Answered, Call = call, Body = body, Text = text }
                : new Answer { Kind = AnswerKind.Nonsense, Call = call, Text = $"not a JSON object: {text}" };
        }
        catch (JsonException malformed)
        {
            return new Answer { Kind = AnswerKind.Nonsense, Call = call, Text = $"{malformed.Message} {text}" };
        }
    }

    private static AnswerKind KindOf(PluginException failure) => failure.Reason switch
    {
        PluginFailure.ContractViolation => AnswerKind.Nonsense,
        PluginFailure.ProviderDefect => AnswerKind.Defect,
        _ when failure.Failure != ProviderCallFailure.Defect => KindOf(failure.Failure),
        _ => AnswerKind.Crashed,
    };

    private static AnswerKind KindOf(ProviderCallFailure failure) => failure switch
    {
        ProviderCallFailure.UnsupportedFunction => AnswerKind.Unsupported,
        ProviderCallFailure.InvalidRequest => AnswerKind.InvalidRequest,
        ProviderCallFailure.NotConfigured => AnswerKind.NotConfigured,
        ProviderCallFailure.TooLarge => AnswerKind.TooLarge,
        ProviderCallFailure.DeadlineExceeded => AnswerKind.Hung,
        _ => AnswerKind.Defect,
    };

    private static string TextOf(PluginException failure) => failure.StandardError.Count == 0
        ? failure.Report.What
        : $"{failure.Report.What}; its last lines on stderr: {string.Join(" | ", failure.StandardError)}";
}
