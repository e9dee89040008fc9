using System.Text.Json.Nodes;
using Kolumn.Protocol.Runtime;
using Kolumn.Sdk;
using Kolumn.Testing;

namespace Kolumn.Providers.MySql.Tests.Scenarios;

/// <summary>This provider behind the runtime contract.</summary>
internal sealed class Scenario : ProviderScenario
{
    private Scenario(IProviderRuntime runtime)
        : base(runtime)
    {
    }

    /// <param name="settings">Of the provider block, beside the url. Without any nothing is recorded and what is deleted is dropped: the database holds what the test is about.</param>
    public static async Task<Scenario> StartAsync(MariaDbDatabase database, CancellationToken cancellationToken, JsonObject? settings = null)
    {
        settings = (JsonObject?)settings?.DeepClone() ?? new JsonObject { ["audit"] = false, ["safe_destroy"] = false };
        settings["url"] ??= database.Url;
        var runtime = InProcessRuntime.Create(MySqlProvider.Define());
        var started = await runtime.InitAsync(new InitRequest("mysql", settings), cancellationToken);
        started.Diagnostics.ShouldBeEmpty();
        return new Scenario(runtime);
    }
}
