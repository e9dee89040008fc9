using Kolumn.Testing;
using Microsoft.Data.Sqlite;

namespace Kolumn.EndToEnd.Tests;

/// <summary>The public Chinook database, with its rows, on SQLite: created from text, adopted as it is, changed without losing a row.</summary>
public sealed class ChinookOnSqliteTests : IDisposable
{
    private static readonly string[] Tables =
        ["Album", "Artist", "Customer", "Employee", "Genre", "Invoice", "InvoiceLine", "MediaType", "Playlist", "PlaylistTrack", "Track"];

    private readonly KolumnProject _project = new KolumnProject().CopyFrom("chinook", "sqlite");

    public ChinookOnSqliteTests() => Providers.Sqlite.Database.NativeSqlite.Require();

    [Fact]
    public async Task Apply_EmptyDatabase_GivesTheCatalogOfTheRealOne()
    {
        var real = Repository.ChinookFile("Chinook_Sqlite.sqlite");

        await _project.ExpectAsync(0, "init");
        await _project.ExpectAsync(0, "apply", "--auto-approve");

        Catalog(_project.File("chinook.db")).ShouldBe(Catalog(real));
        await _project.ExpectAsync(0, "plan", "--detailed-exitcode");
    }

    [Fact]
    public async Task Plan_RealDatabase_AdoptsEveryObjectAndTouchesNothing()
    {
        File.Copy(Repository.ChinookFile("Chinook_Sqlite.sqlite"), _project.File("chinook.db"));
        var before = RowCounts();

        await _project.ExpectAsync(0, "init");
        var plan = await _project.ExpectAsync(0, "plan");
        await _project.ExpectAsync(0, "apply", "--auto-approve");

        plan.ShouldContain("22 to adopt");
        plan.ShouldContain("0 to create");
        RowCounts().ShouldBe(before);
        (await _project.ExpectAsync(0, "state", "list")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(l => l.Contains("sqlite_", StringComparison.Ordinal)).ShouldBe(22);
        await _project.ExpectAsync(0, "plan", "--detailed-exitcode");
    }

    [Fact]
    public async Task Plan_RealDatabaseThatDiffers_NamesTheDifferences()
    {
        File.Copy(Repository.ChinookFile("Chinook_Sqlite.sqlite"), _project.File("chinook.db"));
        Execute("ALTER TABLE [Artist] ADD COLUMN [Country] TEXT");

        await _project.ExpectAsync(0, "init");
        var plan = await _project.ExpectAsync(1, "plan");

        plan.ShouldContain("sqlite_table.artist");
        plan.ShouldContain("Country");
    }

    [Fact]
    public async Task Apply_ThreeColumnsAndAnIndexChanged_KeepsEveryRow()
    {
        File.Copy(Repository.ChinookFile("Chinook_Sqlite.sqlite"), _project.File("chinook.db"));
        var before = RowCounts();
        await _project.ExpectAsync(0, "init");
        await _project.ExpectAsync(0, "apply", "--auto-approve");

        // A wider type, a column that may no longer be empty, and one more column; an index over two columns.
        _project.Edit("music.kl", "create \"sqlite_table\" \"artist\" {\n  name = \"Artist\"\n", "create \"sqlite_table\" \"artist\" {\n  name = \"Artist\"\n\n  column \"Country\" {\n    type = \"NVARCHAR(40)\"\n  }");
        _project.Edit("music.kl", "type     = \"NVARCHAR(160)\"", "type     = \"NVARCHAR(320)\"");
        _project.Edit("sales.kl", "  column \"Country\" {\n    type = \"NVARCHAR(40)\"\n  }\n  column \"PostalCode\" {\n    type = \"NVARCHAR(10)\"\n  }\n  column \"Phone\"", "  column \"Country\" {\n    type     = \"NVARCHAR(40)\"\n    nullable = false\n  }\n  column \"PostalCode\" {\n    type = \"NVARCHAR(10)\"\n  }\n  column \"Phone\"");
        _project.Edit("music.kl", "  table   = sqlite_table.track\n  columns = [\"AlbumId\"]", "  table   = sqlite_table.track\n  columns = [\"AlbumId\", \"Name\"]");
        await _project.ExpectAsync(2, "plan", "--detailed-exitcode");
        await _project.ExpectAsync(0, "apply", "--auto-approve");

        RowCounts().ShouldBe(before);
        Query("SELECT count(*) FROM pragma_table_info('Artist') WHERE name = 'Country'").ShouldBe(["1"]);
        Query("SELECT type FROM pragma_table_info('Album') WHERE name = 'Title'").ShouldBe(["NVARCHAR(320)"]);
        Query("SELECT \"notnull\" FROM pragma_table_info('Customer') WHERE name = 'Country'").ShouldBe(["1"]);
        Query("SELECT name FROM pragma_index_info('IFK_TrackAlbumId')").ShouldBe(["AlbumId", "Name"]);
        Query("PRAGMA foreign_key_check").ShouldBeEmpty();
        await _project.ExpectAsync(0, "plan", "--detailed-exitcode");
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _project.Dispose();
    }

    private List<string> RowCounts() => [.. Tables.Select(t => $"{t}: {Query($"SELECT count(*) FROM \"{t}\"")[0]}")];

    private List<string> Query(string sql) => Query(_project.File("chinook.db"), sql);

    private void Execute(string sql) => Query(sql);

    // What SQLite itself reports, whatever the text of the statements was, without the table that Kolumn keeps its record in.
    private static List<string> Catalog(string database) =>
    [
        .. Query(database, "SELECT m.name || '|' || c.cid || '|' || c.name || '|' || c.type || '|' || c.\"notnull\" || '|' || coalesce(c.dflt_value, '') || '|' || c.pk FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name <> 'kolumn_audit_log' ORDER BY 1"),
        .. Query(database, "SELECT m.name || '|' || f.\"table\" || '|' || f.\"from\" || '|' || f.\"to\" || '|' || f.on_delete || '|' || f.on_update FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY 1"),
        .. Query(database, "SELECT m.tbl_name || '|' || m.name || '|' || i.seqno || '|' || i.name FROM sqlite_master m JOIN pragma_index_info(m.name) i WHERE m.type = 'index' ORDER BY 1"),
    ];

    private static List<string> Query(string database, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={database}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(reader.GetValue(0).ToString()!);
        }

        return rows;
    }
}
