using Kolumn.Protocol.Runtime;
using Kolumn.Testing;

namespace Kolumn.Providers.MySql.Tests.Scenarios;

/// <summary>One stage in the life of a resource.</summary>
/// <param name="Config">What it shall be.</param>
/// <param name="Action">What the plan is expected to do about it.</param>
/// <param name="Query">Yields one text.</param>
/// <param name="Expected">What the catalog is expected to answer.</param>
internal sealed record Stage(string Config, string Action, string Query, string? Expected);

/// <summary>
/// A resource from its creation to its end, on a real server. After every stage the catalog is as wanted, the next plan is
/// empty, a stranger with the same configuration adopts it, and so does one who has only what discovery wrote.
/// </summary>
internal sealed class Lifecycle(MariaDbDatabase database, string type, string name)
{
    /// <summary>What is there beside it, all the time.</summary>
    public IReadOnlyList<DesiredResource> Others { get; init; } = [];

    public async Task RunAsync(CancellationToken cancellationToken, params Stage[] stages)
    {
        await using var scenario = await Scenario.StartAsync(database, cancellationToken);
        if (Others.Count > 0)
        {
            await scenario.ApplyAsync(Others, cancellationToken);
        }

        foreach (var stage in stages)
        {
            DesiredResource[] desired = [ProviderScenario.Resource(type, name, stage.Config), .. Others];
            var plan = await scenario.ApplyAsync(desired, cancellationToken);
            plan.Operations.Single(operation => operation.Address == $"{type}.{name}").Action.ShouldBe(stage.Action, stage.Config);
            (await database.QueryAsync(stage.Query, cancellationToken)).ShouldBe([stage.Expected], stage.Config);
            await scenario.ShouldBeInSyncAsync(desired, cancellationToken);

            scenario.ForgetState();
            (await scenario.ApplyAsync(desired, cancellationToken)).Operations.ShouldAllBe(operation => operation.Action == "read");
            await AdoptDiscoveredAsync(database, cancellationToken);
        }

        await scenario.ApplyAsync(Others, cancellationToken);
        await scenario.ShouldBeInSyncAsync(Others, cancellationToken);
        var left = (await scenario.DiscoverAsync(cancellationToken)).State.Where(resource => resource.Type == type && resource.Name == name);
        left.ShouldBeEmpty();
    }

    /// <summary>What discovery writes describes exactly what exists.</summary>
    /// <returns>What was found.</returns>
    public static async Task<IReadOnlyList<DesiredResource>> AdoptDiscoveredAsync(MariaDbDatabase database, CancellationToken cancellationToken)
    {
        await using var stranger = await Scenario.StartAsync(database, cancellationToken);
        var found = await stranger.DiscoverAsync(cancellationToken);
        var desired = found.State.Select((resource, at) => new DesiredResource { Type = resource.Type, Name = $"r{at}", Config = resource.Config }).ToList();
        (await stranger.ApplyAsync(desired, cancellationToken)).Operations.ShouldAllBe(operation => operation.Action == "read");
        await stranger.ShouldBeInSyncAsync(desired, cancellationToken);
        return desired;
    }
}
