using Kolumn.Protocol.Runtime;
using Kolumn.Testing;

namespace Kolumn.Providers.Sqlite.Tests;

/// <summary>A real, filled database that Kolumn has not made.</summary>
public sealed class ChinookTests
{
    private static readonly string[] Tables =
        ["Album", "Artist", "Customer", "Employee", "Genre", "Invoice", "InvoiceLine", "MediaType", "Playlist", "PlaylistTrack", "Track"];

    [Fact]
    public async Task Discover_ThenPlan_AdoptsEverythingUntouched()
    {
        await using var chinook = await StartAsync();
        var rows = Rows(chinook.File);
        var found = await chinook.DiscoverAsync();
        found.Where(r => r.Type == "sqlite_table").Select(r => r.Name).Order(StringComparer.Ordinal).ShouldBe(Tables);
        found.Count(r => r.Type == "sqlite_index").ShouldBe(11);
        List<DesiredResource> desired = [.. found.Select(r => new DesiredResource { Type = r.Type, Name = r.Name, Config = r.Config })];

        var plan = await chinook.PlanAsync(desired);

        plan.Diagnostics.ShouldBeEmpty();
        plan.Operations.Count.ShouldBe(22);
        plan.Operations.ShouldAllBe(o => o.Action == "read" && (o.Statements == null || o.Statements.Count == 0));
        Rows(chinook.File).ShouldBe(rows);
    }

    [Fact]
    public async Task Apply_ThreeColumnsAndAnIndexChanged_KeepsEveryRow()
    {
        await using var chinook = await StartAsync();
        var rows = Rows(chinook.File);
        var desired = (await chinook.DiscoverAsync()).ToDictionary(r => $"{r.Type}.{r.Name}", r => r.Config);
        string Written() => new System.Text.Json.Nodes.JsonObject(desired.Select(d => KeyValuePair.Create(d.Key, (System.Text.Json.Nodes.JsonNode?)d.Value.DeepClone()))).ToJsonString();
        await chinook.ApplyAsync(Written());
        Rows(chinook.File).ShouldBe(rows);

        System.Text.Json.Nodes.JsonObject Column(string table, string name) =>
            desired[$"sqlite_table.{table}"]["columns"]!.AsArray().OfType<System.Text.Json.Nodes.JsonObject>().Single(c => c["name"]!.GetValue<string>() == name);
        Column("Track", "Composer")["type"] = "TEXT";
        Column("Customer", "Country")["default"] = "Neverland";
        Column("Genre", "Name")["nullable"] = false;
        desired["sqlite_index.IFK_TrackGenreId"]["columns"]!.AsArray().Add("MediaTypeId");

        (await chinook.ActionsAsync(Written())).Where(a => !a.EndsWith(" noop", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ShouldBe(
            ["sqlite_index.IFK_TrackGenreId update", "sqlite_table.Customer update", "sqlite_table.Genre update", "sqlite_table.Track update"]);
        await chinook.ApplyAsync(Written());

        Rows(chinook.File).ShouldBe(rows);
        chinook.File.Rows("PRAGMA foreign_key_check").ShouldBeEmpty();
        chinook.File.Rows("PRAGMA integrity_check").ShouldBe(["ok"]);
        chinook.File.Rows("SELECT count(*) FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").ShouldBe(["11"]);
    }

    private static async Task<Scenario> StartAsync()
    {
        var source = Repository.ChinookFile("Chinook_Sqlite.sqlite");
        var file = new SqliteFile();
        File.Copy(source, file.Path);
        File.SetAttributes(file.Path, FileAttributes.Normal);
        return await Scenario.StartAsync(file);
    }

    /// <summary>How many rows each table has, and a sum over all their values.</summary>
    private static IReadOnlyList<string> Rows(SqliteFile file) =>
    [
        .. Tables.Select(table =>
        {
            var columns = string.Join(" || '|' || ", file.Rows($"SELECT name FROM pragma_table_info('{table}')").Select(column => $"ifnull(\"{column}\", '')"));
            return $"{table} {file.Rows($"SELECT count(*), sum(length({columns})) FROM \"{table}\"")[0]}";
        }),
    ];
}
