using Kolumn.Servers;
using Kolumn.Testing;

namespace Kolumn.EndToEnd.Tests;

/// <summary>The public Chinook database, with its rows, on PostgreSQL: created from text, adopted as it is, changed without losing a row.</summary>
public sealed class ChinookOnPostgresTests(PostgresDatabases databases) : IAsyncLifetime
{
    private static readonly string[] Tables =
        ["album", "artist", "customer", "employee", "genre", "invoice", "invoice_line", "media_type", "playlist", "playlist_track", "track"];

    private readonly KolumnProject _project = new KolumnProject().CopyFrom("chinook", "postgres");
    private TestDatabase? _database;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TestDatabase Database => _database!;

    public async ValueTask InitializeAsync()
    {
        _database = await databases.CreateAsync(Token);
        _project.Write(
            "kolumn.klvars",
            $"""
            host     = "{Database.Host}"
            port     = {Database.Port}
            database = "{Database.Name}"
            username = "{Database.Username}"
            password = "{Database.Password}"
            """);
    }

    [Fact]
    public async Task Apply_EmptyDatabase_GivesTheCatalogOfTheRealOne()
    {
        await using var real = await databases.CreateAsync(Token);
        await LoadChinookAsync(real);

        await _project.ExpectAsync(0, "init");
        await _project.ExpectAsync(0, "apply", "--auto-approve");

        (await CatalogAsync(Database)).ShouldBe(await CatalogAsync(real));
        await _project.ExpectAsync(0, "plan", "--detailed-exitcode");
    }

    [Fact]
    public async Task Plan_RealDatabase_AdoptsEveryObjectAndTouchesNothing()
    {
        await LoadChinookAsync(Database);
        var before = (await RowCountsAsync(), await CatalogAsync(Database));

        await _project.ExpectAsync(0, "init");
        var plan = await _project.ExpectAsync(0, "plan");
        await _project.ExpectAsync(0, "apply", "--auto-approve");

        plan.ShouldContain("22 to adopt");
        plan.ShouldContain("0 to create");
        (await RowCountsAsync()).ShouldBe(before.Item1);
        (await CatalogAsync(Database)).ShouldBe(before.Item2);
        await _project.ExpectAsync(0, "plan", "--detailed-exitcode");
    }

    [Fact]
    public async Task Plan_RealDatabaseThatDiffers_NamesTheDifferences()
    {
        await LoadChinookAsync(Database);
        await Database.ExecuteAsync("ALTER TABLE artist ALTER COLUMN name TYPE varchar(200)", Token);

        await _project.ExpectAsync(0, "init");
        var plan = await _project.ExpectAsync(1, "plan");

        plan.ShouldContain("postgres_table.artist");
        plan.ShouldContain("character varying(200)");
    }

    [Fact]
    public async Task Apply_ThreeColumnsAndAnIndexChanged_KeepsEveryRow()
    {
        await LoadChinookAsync(Database);
        var before = await RowCountsAsync();
        await _project.ExpectAsync(0, "init");
        await _project.ExpectAsync(0, "apply", "--auto-approve");

        _project.Edit("music.kl", "create \"postgres_table\" \"artist\" {\n", "create \"postgres_table\" \"artist\" {\n  column \"country\" {\n    type = \"varchar(40)\"\n  }\n");
        _project.Edit("music.kl", "type     = \"varchar(160)\"", "type     = \"varchar(320)\"");
        _project.Edit("sales.kl", "  column \"support_rep_id\" {\n    type = \"integer\"\n", "  column \"support_rep_id\" {\n    type     = \"integer\"\n    nullable = false\n");
        _project.Edit("music.kl", "columns = [\"album_id\"]\n}", "columns = [\"album_id\", \"name\"]\n}");
        await _project.ExpectAsync(2, "plan", "--detailed-exitcode");
        await _project.ExpectAsync(0, "apply", "--auto-approve");

        (await RowCountsAsync()).ShouldBe(before);
        (await Database.QueryAsync("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'album'::regclass AND attname = 'title'", Token)).ShouldBe(["character varying(320)"]);
        (await Database.QueryAsync("SELECT attnotnull::text FROM pg_attribute WHERE attrelid = 'customer'::regclass AND attname = 'support_rep_id'", Token)).ShouldBe(["true"]);
        (await Database.QueryAsync("SELECT pg_get_indexdef('track_album_id_idx'::regclass)", Token)).ShouldBe(["CREATE INDEX track_album_id_idx ON public.track USING btree (album_id, name)"]);
        await _project.ExpectAsync(0, "plan", "--detailed-exitcode");
    }

    public async ValueTask DisposeAsync()
    {
        _project.Dispose();
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    // The script makes a database of its own and connects to it: that part is left out.
    internal static async Task LoadChinookAsync(TestDatabase database)
    {
        var script = await File.ReadAllTextAsync(Repository.ChinookFile("Chinook_PostgreSql.sql"), Token);
        await database.ExecuteAsync(script[(script.IndexOf("\\c chinook;", StringComparison.Ordinal) + "\\c chinook;".Length)..], Token);
    }

    private async Task<List<string>> RowCountsAsync()
    {
        var counts = new List<string>();
        foreach (var table in Tables)
        {
            counts.Add($"{table}: {(await Database.QueryAsync($"SELECT count(*) FROM {table}", Token))[0]}");
        }

        return counts;
    }

    // What PostgreSQL itself reports, whatever the text of the statements was.
    private static async Task<List<string?>> CatalogAsync(TestDatabase database) =>
    [
        .. await database.QueryAsync("SELECT attrelid::regclass || '|' || attnum || '|' || attname || '|' || format_type(atttypid, atttypmod) || '|' || attnotnull FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 ORDER BY attrelid::regclass::text, attnum", Token),
        .. await database.QueryAsync("SELECT conrelid::regclass || '|' || conname || '|' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1", Token),
        .. await database.QueryAsync("SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace = 'public'::regnamespace ORDER BY 1", Token),
    ];
}
