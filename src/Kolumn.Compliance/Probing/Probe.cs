using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Kolumn.Host;
using Kolumn.Host.Supervision;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Wire;

namespace Kolumn.Compliance.Probing;

/// <summary>
/// One provider process and its four methods, as raw as they are: nothing is sent twice, nothing is started again, no secret is taken out of what it says.
/// Every call ends within a limit, and every end is an <see cref="Answer"/>.
/// </summary>
internal sealed class Probe : IAsyncDisposable
{
    private readonly ProviderSession _session;
    private readonly TimeSpan _limit;
    private readonly Action<Probe, Answer> _heard;
    private int _calls;

    /// <param name="limit">After which the session gives a call up.</param>
    public Probe(ProviderSession session, TimeSpan limit, Action<Probe, Answer> heard)
    {
        _session = session;
        _limit = limit;
        _heard = heard;
    }

    public bool IsAlive => _session.IsAlive;

    public int ProcessId => _session.ProcessId;

    public bool IsConfigured { get; private set; }

    public async Task<Answer> ConfigureAsync(JsonObject config, CancellationToken cancellationToken)
    {
        var answer = await ConfigureAsync(Encoding.UTF8.GetBytes(config.Write()), cancellationToken);
        IsConfigured |= answer.Succeeded;
        return answer;
    }

    public Task<Answer> ConfigureAsync(byte[] config, CancellationToken cancellationToken) => AnswerAsync(
        "Configure", "", async token => (await _session.ConfigureAsync(new ConfigureRequest { Config = Bytes(config) }, NextId(), token)).Result, cancellationToken);

    public Task<Answer> SchemaAsync(CancellationToken cancellationToken) => AnswerAsync(
        "Schema", "", async token => (await _session.SchemaAsync(NextId(), token)).Schema, cancellationToken);

    public Task<Answer> CallAsync(string function, JsonNode input, CancellationToken cancellationToken) =>
        CallAsync(function, Encoding.UTF8.GetBytes(input.Write()), cancellationToken);

    public Task<Answer> CallAsync(string function, byte[] input, CancellationToken cancellationToken) => AnswerAsync(
        function,
        Encoding.UTF8.GetString(input.AsSpan(0, Math.Min(input.Length, 2000))),
        async token => (await _session.CallFunctionAsync(new CallFunctionRequest { Function = function, Input = Bytes(input) }, NextId(), token)).Output,
        cancellationToken);

    /// <summary>The method alone; the process goes on.</summary>
    public Task<Answer> CloseAsync(CancellationToken cancellationToken) => AnswerAsync(
        "Close", "", async token => (await _session.CloseAsync(NextId(), token)).Result, cancellationToken);

    /// <summary>Close, Shutdown, the end of stdin, SIGTERM, SIGKILL.</summary>
    public Task<Envelope> StopAsync() => _session.StopAsync();

    public async ValueTask DisposeAsync() => await _session.DisposeAsync();

    private static ByteString Bytes(byte[] bytes) => UnsafeByteOperations.UnsafeWrap(bytes);

    private string NextId() => $"verify-{_session.ProcessId}-{Interlocked.Increment(ref _calls)}";

    private async Task<Answer> AnswerAsync(string call, string sent, Func<CancellationToken, Task<ByteString>> start, CancellationToken cancellationToken)
    {
        var answer = await TryAsync(call, start, cancellationToken) with { Sent = Json.Excerpt(sent) };
        _heard(this, answer);
        return answer;
    }

    private async Task<Answer> TryAsync(string call, Func<CancellationToken, Task<ByteString>> start, CancellationToken cancellationToken)
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
    }

    /// <remarks>An empty result is an empty object: protobuf leaves out what is empty.</remarks>
    private static Answer Read(string call, ByteString json)
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
        PluginFailure.UnsupportedFunction => AnswerKind.Unsupported,
        PluginFailure.InvalidRequest => AnswerKind.InvalidRequest,
        PluginFailure.NotConfigured => AnswerKind.NotConfigured,
        PluginFailure.ResponseTooLarge => AnswerKind.TooLarge,
        PluginFailure.ContractViolation => AnswerKind.Nonsense,
        PluginFailure.ProviderDefect => AnswerKind.Defect,
        PluginFailure.DeadlineExceeded => AnswerKind.Hung,
        _ => AnswerKind.Crashed,
    };

    private static string TextOf(PluginException failure) => failure.StandardError.Count == 0
        ? failure.Report.What
        : $"{failure.Report.What}; its last lines on stderr: {string.Join(" | ", failure.StandardError)}";
}
