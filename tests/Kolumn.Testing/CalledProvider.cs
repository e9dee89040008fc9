using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Testing;

/// <summary>A configured provider on a real database, called function by function as a host in another language would.</summary>
public sealed class CalledProvider(IProvider provider) : IAsyncDisposable
{
    private static CancellationToken Token => Xunit.TestContext.Current.CancellationToken;

    public IProvider Provider { get; } = provider;

    public static async Task<CalledProvider> ConfigureAsync(IProvider provider, JsonObject config)
    {
        var answer = await provider.ConfigureAsync(config, Token);
        Xunit.Assert.True(answer.Success, answer.Error);
        return new CalledProvider(provider);
    }

    public Task<TResponse> CallAsync<TRequest, TResponse>(string function, TRequest request)
        where TResponse : Envelope => Provider.CallAsync<TRequest, TResponse>(function, request, Token);

    /// <summary>Creates one object, which has to succeed, and returns its recorded state.</summary>
    /// <param name="config">JSON.</param>
    public async Task<JsonObject> CreateAsync(string type, string name, string config)
    {
        var created = await CallAsync<CreateResourceRequest, CreateResourceResponse>(
            FunctionNames.CreateResource, new CreateResourceRequest { ResourceType = type, Name = name, Config = JsonNode.Parse(config)!.AsObject() });
        Xunit.Assert.True(created.Success, created.Error);
        return created.State!;
    }

    public ValueTask DisposeAsync() => Provider.DisposeAsync();
}
