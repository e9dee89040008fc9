using Kolumn.Protocol.Runtime;
using Kolumn.Testing;

namespace Kolumn.Providers.MySql.Tests.Scenarios;

/// <summary>A real public database with its rows, beside the checkout.</summary>
public sealed class ChinookTests(MariaDbDatabases databases) : MySqlTest(databases)
{
    [Fact]
    public async Task Chinook_DiscoveredAndPlanned_EveryObjectIsAdoptedUntouchedAndCanBeChanged()
    {
        await Database.ExecuteAsync(await ScriptAsync(), Token);
        await using var chinook = await Scenario.StartAsync(Database, Token);

        // 1. Discovery finds 11 tables and 11 indexes; what it writes describes exactly them.
        var found = await chinook.DiscoverAsync(Token);
        found.State.CountBy(resource => resource.Type).ToDictionary().ShouldBe(
            new Dictionary<string, int> { ["mysql_schema"] = 1, ["mysql_table"] = 11, ["mysql_index"] = 11 }, ignoreOrder: true);
        var desired = found.State.Select(resource => new DesiredResource { Type = resource.Type, Name = resource.Name, Config = resource.Config }).ToList();
        (await chinook.ApplyAsync(desired, Token)).Operations.ShouldAllBe(operation => operation.Action == "read");
        await chinook.ShouldBeInSyncAsync(desired, Token);

        // 2. A change of three columns leaves every row where it is.
        var (track, customer) = (desired.Single(resource => resource.Name == "Track"), desired.Single(resource => resource.Name == "Customer"));
        Column(track, "Name")["type"] = "varchar(400)";
        Column(track, "Composer")["type"] = "text";
        Column(customer, "Email")["nullable"] = true;
        var change = await chinook.ApplyAsync(desired, Token);
        change.Operations.Where(operation => operation.Action != "noop").Select(operation => $"{operation.Action} {operation.Address}").Order()
            .ShouldBe(["update mysql_table.Customer", "update mysql_table.Track"]);
        await chinook.ShouldBeInSyncAsync(desired, Token);
        (await Database.QueryAsync("SELECT concat((SELECT count(*) FROM Track), ' ', (SELECT count(*) FROM InvoiceLine), ' ', (SELECT count(*) FROM PlaylistTrack))", Token)).ShouldBe(["3503 2240 8715"]);
    }

    private static System.Text.Json.Nodes.JsonNode Column(DesiredResource table, string name) =>
        table.Config["columns"]!.AsArray().Single(column => (string?)column!["name"] == name)!;

    // The script makes and enters its own database; this test has one already.
    private static async Task<string> ScriptAsync() => string.Join(
        '\n', (await File.ReadAllLinesAsync(Repository.ChinookFile("Chinook_MySql.sql"), Token)).Where(line => !line.StartsWith("DROP DATABASE", StringComparison.Ordinal) && !line.StartsWith("CREATE DATABASE", StringComparison.Ordinal) && !line.StartsWith("USE ", StringComparison.Ordinal)));
}
