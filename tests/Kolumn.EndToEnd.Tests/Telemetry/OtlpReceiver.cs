using System.Collections.Concurrent;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Kolumn.EndToEnd.Tests.Telemetry;

/// <summary>What a collector is to a program that exports by OTLP over HTTP: it keeps the spans and the names of the metrics.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _server;

    private OtlpReceiver(WebApplication server) => _server = server;

    public ConcurrentBag<ReceivedSpan> Spans { get; } = [];

    public ConcurrentBag<string> Metrics { get; } = [];

    public string Url => _server.Urls.Single();

    public static async Task<OtlpReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(builder.Build());
        receiver._server.MapPost("/v1/{signal}", receiver.ReceiveAsync);
        await receiver._server.StartAsync(cancellationToken);
        return receiver;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context, string signal)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);

        // opentelemetry/proto: Export…ServiceRequest.resource_* = 1, Resource*.scope_* = 2, Scope*.spans and Scope*.metrics = 2.
        foreach (var record in MessagesAt(body.ToArray(), 1, 2, 2))
        {
            var fields = Fields(record).ToLookup(f => f.Number, f => f.Value);
            if (signal == "traces")
            {
                Spans.Add(new ReceivedSpan(Hex(fields[1]), Hex(fields[2]), Hex(fields[4]), fields[5].Single().ToStringUtf8(), record.ToStringUtf8()));
            }
            else
            {
                Metrics.Add(fields[1].Single().ToStringUtf8());
            }
        }
    }

    private static string Hex(IEnumerable<ByteString> bytes) => Convert.ToHexStringLower((bytes.FirstOrDefault() ?? ByteString.Empty).Span);

    private static IEnumerable<ByteString> MessagesAt(byte[] message, params int[] path) =>
        path.Aggregate((IEnumerable<ByteString>)[ByteString.CopyFrom(message)], (messages, number) => messages.SelectMany(m => Fields(m).Where(f => f.Number == number).Select(f => f.Value)));

    /// <summary>The fields that have a length: texts, bytes and messages.</summary>
    private static List<(int Number, ByteString Value)> Fields(ByteString message)
    {
        var fields = new List<(int, ByteString)>();
        var input = message.CreateCodedInput();
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                fields.Add((WireFormat.GetTagFieldNumber(tag), input.ReadBytes()));
            }
            else
            {
                input.SkipLastField();
            }
        }

        return fields;
    }
}

/// <param name="Text">The whole span, as far as it is text.</param>
internal sealed record ReceivedSpan(string TraceId, string SpanId, string ParentId, string Name, string Text);
