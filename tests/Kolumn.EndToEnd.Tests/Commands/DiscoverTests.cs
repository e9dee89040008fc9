using System.Text.Json;
using Kolumn.Testing;
using Microsoft.Data.Sqlite;

namespace Kolumn.EndToEnd.Tests.Commands;

/// <summary>Existing databases written as configuration, adopted with it, and not touched by that.</summary>
public sealed class DiscoverTests : IDisposable
{
    private readonly KolumnProject _project = new();

    public DiscoverTests() => Providers.Sqlite.Database.NativeSqlite.Require();

    [Fact]
    public async Task Sqlite_Chinook_IsAdoptedAndUntouched()
    {
        File.Copy(Repository.ChinookFile("Chinook_Sqlite.sqlite"), _project.File("chinook.db"));
        UseSqlite("chinook.db");
        var before = Dump(_project.File("chinook.db"));

        await AdoptAsync(22);

        Dump(_project.File("chinook.db")).ShouldBe(before);
        Read("tables.kl").ShouldContain("""
            create "sqlite_table" "PlaylistTrack" {
              column "PlaylistId" {
                type = "INTEGER"
              }
              column "TrackId" {
                type = "INTEGER"
              }

              primary_key = { name = "PK_PlaylistTrack", columns = ["PlaylistId", "TrackId"] }

              foreign_key {
                columns            = ["PlaylistId"]
                references         = sqlite_table.Playlist
                referenced_columns = ["PlaylistId"]
              }
              foreign_key {
                columns            = ["TrackId"]
                references         = sqlite_table.Track
                referenced_columns = ["TrackId"]
              }
            }
            """);
        Read("indexes.kl").ShouldContain("""
            create "sqlite_index" "IFK_AlbumArtistId" {
              table   = sqlite_table.Album
              columns = ["ArtistId"]
            }
            """);
    }

    [Fact]
    public async Task Sqlite_QuickstartShop_IsAdoptedAndUntouched()
    {
        using var shop = new KolumnProject().CopyFrom("quickstart");
        await shop.ExpectAsync(0, "init");
        await shop.ExpectAsync(0, "apply", "--auto-approve");
        File.Copy(shop.File("shop.db"), _project.File("shop.db"));
        UseSqlite("shop.db");
        var before = Dump(_project.File("shop.db"));

        await AdoptAsync(17);

        Dump(_project.File("shop.db")).ShouldBe(before);
        Read("triggers.kl").ShouldContain("table  = sqlite_table.order_lines\n");
        (await _project.ExpectAsync(0, "discover")).ShouldContain("sqlite holds nothing that is not managed already.");
    }

    [Fact]
    public async Task Out_FileExists_IsNamedAndNothingIsWritten()
    {
        File.Copy(Repository.ChinookFile("Chinook_Sqlite.sqlite"), _project.File("chinook.db"));
        UseSqlite("chinook.db");
        await _project.ExpectAsync(0, "init");
        _project.Write("tables.kl", "# mine\n");

        var said = await _project.ExpectAsync(1, "discover", "sqlite", "--out", ".");

        said.ShouldContain("tables.kl exists already");
        Read("tables.kl").ShouldBe("# mine\n");
        File.Exists(_project.File("indexes.kl")).ShouldBeFalse();
        await _project.ExpectAsync(0, "discover", "sqlite", "--out", "found");
        Directory.GetFiles(_project.File("found")).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["indexes.kl", "tables.kl"]);
    }

    [Fact]
    public async Task WithoutOut_ShowsTheSameTwice_AndJsonHasEveryResource()
    {
        File.Copy(Repository.ChinookFile("Chinook_Sqlite.sqlite"), _project.File("chinook.db"));
        UseSqlite("chinook.db");
        await _project.ExpectAsync(0, "init");

        var first = await _project.ExpectAsync(0, "discover");
        first.ShouldContain("# tables.kl\n\ncreate \"sqlite_table\" \"Album\" {\n");
        (await _project.ExpectAsync(0, "discover", "sqlite")).ShouldBe(first);

        var json = JsonDocument.Parse((await _project.KolumnAsync("discover", "--json")).Output).RootElement;
        json.GetProperty("success").GetBoolean().ShouldBeTrue();
        json.GetProperty("provider").GetString().ShouldBe("sqlite");
        json.GetProperty("resources").GetArrayLength().ShouldBe(22);
        json.GetProperty("files")[0].GetProperty("name").GetString().ShouldBe("tables.kl");
        json.GetProperty("files")[0].GetProperty("text").GetString()!.ShouldStartWith("create \"sqlite_table\" \"Album\" {");
    }

    [Fact]
    public async Task Provider_Unknown_IsAnsweredWithTheOneMeant()
    {
        UseSqlite("empty.db");
        await _project.ExpectAsync(0, "init");

        (await _project.ExpectAsync(1, "discover", "sqlit")).ShouldContain("Did you mean \"sqlite\"?");
    }

    public void Dispose() => _project.Dispose();

    private void UseSqlite(string database) => _project.Write("providers.kl", $"provider \"sqlite\" {{\n  database = \"{database}\"\n}}\n");

    private string Read(string file) => File.ReadAllText(_project.File(file));

    private Task AdoptAsync(int resources) => AdoptAsync(_project, resources);

    /// <summary>Discovers into the project: the plan adopts everything and does nothing else, and afterwards there is nothing left to do.</summary>
    internal static async Task AdoptAsync(KolumnProject project, int resources)
    {
        await project.ExpectAsync(0, "init");
        (await project.ExpectAsync(0, "discover", "--out", project.Path)).ShouldContain($"Written: {resources} resources. Next: kolumn plan");

        var plan = await project.ExpectAsync(0, "plan");
        plan.ShouldContain($"{resources} to adopt");
        plan.ShouldContain("0 to create, 0 to change, 0 to destroy");
        await project.ExpectAsync(0, "apply", "--auto-approve");
        (await project.ExpectAsync(0, "plan", "--detailed-exitcode")).ShouldContain("No changes.");
    }

    // Every statement and every row, without the table that Kolumn keeps its record in.
    private static List<string> Dump(string database)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        var dump = Query(connection, "SELECT coalesce(sql, '') FROM sqlite_schema WHERE name <> 'kolumn_audit_log' ORDER BY type, name");
        foreach (var table in Query(connection, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'kolumn_audit_log' ORDER BY name"))
        {
            dump.AddRange(Query(connection, $"SELECT * FROM \"{table}\" ORDER BY rowid"));
        }

        return dump;
    }

    private static List<string> Query(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            var values = new object[reader.FieldCount];
            reader.GetValues(values);
            rows.Add(string.Join('|', values));
        }

        return rows;
    }
}
