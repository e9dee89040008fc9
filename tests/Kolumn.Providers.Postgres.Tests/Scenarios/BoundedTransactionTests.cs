using System.Globalization;
using Kolumn.Protocol.Runtime;
using Kolumn.Servers;
using Kolumn.Testing;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Scenarios;

/// <summary>More tables than one transaction can lock, on a server of its own that has room for very few.</summary>
public sealed class BoundedTransactionTests(PostgresDatabases databases)
{
    private const int Count = 160;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tables_MoreThanTheServerCanLock_AreMadeAndDestroyedInSeveralTransactions()
    {
        _ = databases.ServerUrl;
        var binaries = PostgresCluster.FindBinaries();
        Assert.SkipWhen(binaries is null, "no PostgreSQL to start a server of its own from");
        await using var server = await PostgresCluster.StartAsync(binaries!, Token, "max_locks_per_transaction=10", "max_connections=20");
        await using var scenario = await StartAsync(server.Url, Token, safeDestroy: true);
        var tables = Enumerable.Range(0, Count).Select(Table).ToList();

        // 1. The last one cannot be made: what other transactions made before stays, and is recorded.
        var broken = Resource("postgres_table", "broken", """{"columns":[{"name":"id","type":"int"}],"checks":[{"expression":"no_such_function(id)"}]}""");
        var failed = await scenario.ApplyInPartAsync([.. tables, broken], Token);
        failed.RolledBack.ShouldBeFalse();
        failed.Results.Single(result => result is { Success: false, Skipped: false }).Address.ShouldBe("postgres_table.broken");
        var made = failed.Results.Count(result => result.Success);
        made.ShouldBeInRange(1, Count - 1);
        scenario.State.Count.ShouldBe(made);
        failed.Results.Where(result => result.Skipped).ShouldAllBe(result => result.Error!.EndsWith("rolled back because postgres_table.broken failed. What earlier transactions committed stays.", StringComparison.Ordinal));

        // 2. The rest.
        var plan = await scenario.ApplyAsync(tables, Token);
        plan.Operations.Count(operation => operation.Action == "create").ShouldBe(Count - made);
        await scenario.ShouldBeInSyncAsync(tables, Token);

        // 3. Indexes, all before the first table in the order of what goes: each goes with its table, in whichever transaction that is.
        var indexes = Enumerable.Range(0, Count).Select(Index).ToList();
        await scenario.ApplyAsync([.. tables, .. indexes], Token);

        // 4. All of them go; the plan says in how many transactions.
        var destroyed = await scenario.ApplyAsync([], Token);
        destroyed.Diagnostics.Single().Summary.ShouldMatch(@"^the changes are made in \d+ transactions$");
        (await scenario.DiscoverAsync(Token)).State.ShouldNotContain(resource => resource.Type == "postgres_table" || resource.Type == "postgres_index");
    }

    private static DesiredResource Table(int number) => Resource("postgres_table", Name(number), $$"""
        {"columns":[{"name":"id","type":"bigint","identity":"by_default","primary_key":true},{"name":"n","type":"int","default":0},{"name":"s","type":"text"},
        {"name":"parent","type":"bigint"{{(number == 0 ? "" : $",\"references\":\"{Name(number - 1)}\"")}}}]}
        """);

    private static DesiredResource Index(int number) => Resource("postgres_index", $"{Name(number)}_n", $$"""{"table":"{{Name(number)}}","columns":["n"]}""");

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"t{number:000}");
}
