using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Core.Streaming;

/// <summary>
/// Posts each event to a URL. Whatever does not answer with a status of success within the limit counts as not delivered, and comes
/// again under the same <c>webhook-id</c>, by which a receiver knows it.
/// </summary>
internal sealed class HttpSink : IEventSink
{
    private readonly SinkSettings _settings;
    private readonly Uri _target;
    private readonly TimeProvider _time;
    private readonly WebhookSignature? _signature;
    private readonly HttpMessageInvoker _client;
    private readonly SemaphoreSlim _places;
    private readonly MediaTypeHeaderValue _mediaType;

    /// <exception cref="FormatException">The URL or the signing key is none.</exception>
    public HttpSink(SinkSettings settings, TimeProvider time)
    {
        _settings = settings;
        _time = time;
        _target = Uri.TryCreate(settings.Target, UriKind.Absolute, out var target) && target.Scheme is "http" or "https"
            ? target
            : throw new FormatException("its target is no http or https URL once the environment variables are put in");
        _signature = settings.SigningKey is { } key ? new WebhookSignature(key) : null;
        _places = new SemaphoreSlim(settings.BatchSize);
        _mediaType = new MediaTypeHeaderValue(EventText.MediaType(settings.Format));
        _client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !_target.IsLoopback,
            ActivityHeadersPropagator = null,
            MaxConnectionsPerServer = settings.BatchSize,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        });
    }

    public async Task<Delivery> DeliverAsync(string outbox, OutboxEvent happened, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            using var request = Request(outbox, happened);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(_settings.Timeout);
            try
            {
                using var response = await _client.SendAsync(request, limit.Token);
                return response.IsSuccessStatusCode ? await DrainAsync(response, limit.Token) : Refused(response);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new Delivery(string.Create(CultureInfo.InvariantCulture, $"no answer within {_settings.Timeout.TotalSeconds:0} s"));
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException)
            {
                return new Delivery(Reason(failure));
            }
        }
        finally
        {
            _places.Release();
        }
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        _places.Dispose();
        return ValueTask.CompletedTask;
    }

    private HttpRequestMessage Request(string outbox, OutboxEvent happened)
    {
        var body = EventText.Write(happened, outbox, _settings.Format);
        var seconds = _time.GetUtcNow().ToUnixTimeSeconds();
        var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = _mediaType;
        var request = new HttpRequestMessage(HttpMethod.Post, _target) { Content = content };
        request.Headers.TryAddWithoutValidation("webhook-id", happened.Id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", seconds.ToString(CultureInfo.InvariantCulture));
        if (_signature is not null)
        {
            request.Headers.TryAddWithoutValidation("webhook-signature", _signature.Sign(happened.Id, seconds, body.Span));
        }

        foreach (var (name, value) in _settings.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    // The connection is good for the next request only when the answer has been read.
    private static async Task<Delivery> DrainAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength is not 0)
        {
            await response.Content.CopyToAsync(Stream.Null, cancellationToken);
        }

        return Delivery.Done;
    }

    private Delivery Refused(HttpResponseMessage response)
    {
        var pause = response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable ? response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - _time.GetUtcNow(),
            _ => (TimeSpan?)null,
        }
        : null;
        return new Delivery(string.Create(CultureInfo.InvariantCulture, $"answered with status {(int)response.StatusCode}"), pause);
    }

    // The messages of the layers below name the host at most, never headers or the path.
    private static string Reason(Exception failure) => failure.InnerException is { } inner ? $"{failure.Message}: {inner.Message}" : failure.Message;
}
