using System.Text.Json.Nodes;
using Kolumn.Protocol.Runtime;
using Kolumn.Sdk;
using Kolumn.Testing;

namespace Kolumn.Providers.Postgres.Tests.Scenarios;

/// <summary>This provider behind the runtime contract.</summary>
internal sealed class Scenario : ProviderScenario
{
    private Scenario(IProviderRuntime runtime)
        : base(runtime)
    {
    }

    public static Task<Scenario> StartAsync(TestDatabase database, CancellationToken cancellationToken) => StartAsync(database.Url, cancellationToken);

    /// <param name="safeDestroy">false: what is deleted is dropped, as most tests look for; the quarantine has tests of its own.</param>
    public static async Task<Scenario> StartAsync(string url, CancellationToken cancellationToken, bool audit = true, bool lowLock = true, bool safeDestroy = false)
    {
        var runtime = InProcessRuntime.Create(PostgresProvider.Define());
        var started = await runtime.InitAsync(new InitRequest("postgres", new JsonObject { ["url"] = url, ["audit"] = audit, ["low_lock"] = lowLock, ["safe_destroy"] = safeDestroy }), cancellationToken);
        started.Diagnostics.ShouldBeEmpty();
        return new Scenario(runtime);
    }
}
