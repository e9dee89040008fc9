using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Kolumn.EndToEnd.Tests.Streaming;

/// <summary>A receiver of webhooks on a loopback port of its own. Requests are answered in the order in which they come.</summary>
internal sealed class Webhook : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<JsonObject, int, int> _answer;
    private readonly Task _serving;
    private readonly Lock _gate = new();
    private readonly List<Received> _received = [];

    /// <param name="answer">The status for an event, the how manyth request it is beside it, from 1.</param>
    public Webhook(Func<JsonObject, int, int> answer)
    {
        _answer = answer;
        Url = Listen();
        _serving = Task.Run(ServeAsync);
    }

    public string Url { get; }

    public IReadOnlyList<Received> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _received];
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private string Listen()
    {
        // Port 0 is unknown to this listener; a port of the dynamic range is free more often than not.
        while (true)
        {
            var url = $"http://127.0.0.1:{Random.Shared.Next(20000, 32000)}/";
            try
            {
                _listener.Prefixes.Clear();
                _listener.Prefixes.Add(url);
                _listener.Start();
                return url;
            }
            catch (HttpListenerException)
            {
                // Taken.
            }
        }
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
                var body = await reader.ReadToEndAsync();
                var headers = context.Request.Headers;
                int number;
                lock (_gate)
                {
                    _received.Add(new Received(JsonNode.Parse(body)!.AsObject(), body, headers.AllKeys.ToDictionary(name => name!.ToLowerInvariant(), name => headers[name]!)));
                    number = _received.Count;
                }

                context.Response.StatusCode = _answer(All[number - 1].Event, number);
                try
                {
                    context.Response.Close();
                }
                catch (HttpListenerException)
                {
                    // Whoever asked was killed.
                }
            }
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    internal sealed record Received(JsonObject Event, string Body, IReadOnlyDictionary<string, string> Headers);
}
