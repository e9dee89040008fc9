using System.Text.RegularExpressions;
using Kolumn.Protocol.Runtime;
using Kolumn.Testing;

namespace Kolumn.Providers.Postgres.Tests.Scenarios;

/// <summary>A real public database with its rows, beside the checkout.</summary>
public sealed partial class ChinookTests(PostgresDatabases databases) : PostgresTest(databases)
{
    [Fact]
    public async Task Chinook_DiscoveredAndPlanned_EveryObjectIsAdoptedUntouched()
    {
        await LoadAsync();
        await using var chinook = await Scenario.StartAsync(Database, Token);
        var rows = await RowsAsync();
        rows.ShouldBe(["15607"]);

        // 1. Discovery finds 11 tables and 11 indexes; what it writes describes exactly them.
        var found = await chinook.DiscoverAsync(Token);
        found.State.CountBy(resource => resource.Type).ToDictionary().ShouldBe(
            new Dictionary<string, int> { ["postgres_schema"] = 1, ["postgres_table"] = 11, ["postgres_index"] = 11 }, ignoreOrder: true);
        var desired = found.State.Select(resource => new DesiredResource { Type = resource.Type, Name = resource.Name, Config = resource.Config }).ToList();
        var plan = await chinook.ApplyAsync(desired, Token);
        plan.Operations.ShouldAllBe(operation => operation.Action == "read");
        await chinook.ShouldBeInSyncAsync(desired, Token);

        // 2. A change of three columns leaves every row where it is.
        var (track, customer) = (desired.Single(resource => resource.Name == "track"), desired.Single(resource => resource.Name == "customer"));
        Column(track, "name")["type"] = "varchar(400)";
        Column(track, "composer")["type"] = "text";
        Column(customer, "email")["nullable"] = true;
        desired.Single(resource => resource.Name == "track_genre_id_idx").Config["columns"]!.AsArray().Add("name");
        var change = await chinook.ApplyAsync(desired, Token);
        change.Operations.Where(operation => operation.Action != "noop").Select(operation => $"{operation.Action} {operation.Address}").Order()
            .ShouldBe(["replace postgres_index.track_genre_id_idx", "update postgres_table.customer", "update postgres_table.track"]);
        await chinook.ShouldBeInSyncAsync(desired, Token);
        (await RowsAsync()).ShouldBe(rows);
    }

    private static System.Text.Json.Nodes.JsonNode Column(DesiredResource table, string name) =>
        table.Config["columns"]!.AsArray().Single(column => (string?)column!["name"] == name)!;

    // The script makes and enters its own database; this test has one already.
    private async Task LoadAsync()
    {
        var script = await File.ReadAllTextAsync(Repository.ChinookFile("Chinook_PostgreSql.sql"), Token);
        await Database.ExecuteAsync(OwnDatabase().Replace(script, ""), Token);
    }

    private Task<IReadOnlyList<string?>> RowsAsync() => Database.QueryAsync(
        "SELECT sum((xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM %I', relname), true, true, '')))[1]::text::int) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace", Token);

    [GeneratedRegex(@"^(DROP DATABASE|CREATE DATABASE|\\c) .*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex OwnDatabase();
}
