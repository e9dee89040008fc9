using Kolumn.Servers;
using Kolumn.Testing;

namespace Kolumn.EndToEnd.Tests.Commands;

/// <summary>Existing PostgreSQL databases written as configuration, adopted with it, and not touched by that.</summary>
[Collection(OwnServer.Name)]
public sealed class DiscoverPostgresTests(OwnPostgresServer databases) : IAsyncLifetime
{
    private readonly KolumnProject _project = new();
    private TestDatabase? _database;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TestDatabase Database => _database!;

    public async ValueTask InitializeAsync()
    {
        _database = await databases.CreateAsync(Token);
        _project.Write(
            "providers.kl",
            $$"""
            provider "postgres" {
              host     = "{{Database.Host}}"
              port     = {{Database.Port}}
              database = "{{Database.Name}}"
              username = "{{Database.Username}}"
              password = "{{Database.Password}}"
            }
            """);
    }

    [Fact]
    public async Task Chinook_IsAdoptedAndUntouched()
    {
        await ChinookOnPostgresTests.LoadChinookAsync(Database);
        var before = await CatalogAsync();
        var rows = await Database.QueryAsync("SELECT count(*)::text FROM track", Token);

        await DiscoverTests.AdoptAsync(_project, 23);

        (await CatalogAsync()).ShouldBe(before);
        (await Database.QueryAsync("SELECT count(*)::text FROM track", Token)).ShouldBe(rows);
        var tables = await File.ReadAllTextAsync(_project.File("tables.kl"), Token);
        tables.ShouldContain("""
              foreign_key "album_artist_id_fkey" {
                columns            = ["artist_id"]
                references         = postgres_table.artist
                referenced_columns = ["artist_id"]
              }
            """);
    }

    [Fact]
    public async Task SeveralSchemasAndQuotedNames_AreAdoptedAndUntouched()
    {
        await Database.ExecuteAsync(
            """"
            CREATE SCHEMA shop;
            CREATE SCHEMA "My Schema";
            COMMENT ON SCHEMA shop IS 'first line
            second ${line} with %{ "quotes" } and \backslash';
            CREATE TYPE shop.mood AS ENUM ('sad', 'it''s "ok"', '${happy}');
            CREATE TABLE users (id bigint PRIMARY KEY, name text DEFAULT 'a "quoted" ${text}');
            CREATE TABLE shop.users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner bigint REFERENCES users, feeling shop.mood);
            CREATE TABLE "My Schema"."My.Table" ("the id" int PRIMARY KEY, "1st" text, "say ""hi""" text, owner bigint REFERENCES shop.users (id));
            CREATE TABLE "My Schema"."select" (id int PRIMARY KEY, parent int REFERENCES "My Schema"."select", other int REFERENCES "My Schema"."My.Table");
            CREATE TABLE a (id int PRIMARY KEY, b int);
            CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);
            ALTER TABLE a ADD CONSTRAINT a_b_fkey FOREIGN KEY (b) REFERENCES b;
            CREATE INDEX ON shop.users (owner);
            CREATE INDEX "1 index" ON "My Schema"."My.Table" ("1st", "say ""hi""" DESC) WHERE "1st" <> '${x}';
            CREATE VIEW shop.names AS SELECT u.id, p.name FROM shop.users u JOIN public.users p ON p.id = u.owner;
            CREATE FUNCTION shop.stamp() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              -- ${not} %{a template}
              RETURN NEW;
            END
            $$;
            CREATE TRIGGER stamp BEFORE INSERT ON shop.users FOR EACH ROW EXECUTE FUNCTION shop.stamp();
            CREATE TRIGGER stamp BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION shop.stamp();
            INSERT INTO users VALUES (1);
            """",
            Token);
        var before = await CatalogAsync();

        await DiscoverTests.AdoptAsync(_project, 16);

        (await CatalogAsync()).ShouldBe(before);
        (await Database.QueryAsync("SELECT name FROM users", Token)).ShouldBe(["a \"quoted\" ${text}"]);
        var tables = await File.ReadAllTextAsync(_project.File("tables.kl"), Token);
        tables.ShouldContain("create \"postgres_table\" \"users\" {\n  column \"id\"");
        tables.ShouldContain("create \"postgres_table\" \"shop_users\" {\n  name   = \"users\"\n  schema = postgres_schema.shop\n");
        tables.ShouldContain("create \"postgres_table\" \"My_Table\" {\n  name   = \"My.Table\"\n  schema = postgres_schema.My_Schema\n");
        tables.ShouldContain("references         = postgres_table.My_Table\n");
        tables.ShouldContain("type = postgres_type.mood\n");
        (await File.ReadAllTextAsync(_project.File("triggers.kl"), Token)).ShouldContain("table        = postgres_table.shop_users\n");
        (await File.ReadAllTextAsync(_project.File("functions.kl"), Token)).ShouldContain("  -- $${not} %%{a template}\n");
    }

    [Fact]
    public async Task WhatCannotBeExpressed_IsNamed()
    {
        await Database.ExecuteAsync("CREATE TABLE parent (id int); CREATE TABLE child () INHERITS (parent)", Token);
        await _project.ExpectAsync(0, "init");

        var said = await _project.ExpectAsync(0, "discover", "postgres", "--out", _project.File("found"));

        said.ShouldContain("child");
        said.ShouldContain("Written: 2 resources.");
        (await File.ReadAllTextAsync(_project.File("found/tables.kl"), Token)).ShouldNotContain("child");
    }

    public async ValueTask DisposeAsync()
    {
        _project.Dispose();
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    // What PostgreSQL itself reports, without the table that Kolumn keeps its record in.
    private async Task<List<string?>> CatalogAsync() =>
    [
        .. await Database.QueryAsync("SELECT attrelid::regclass || '|' || attnum || '|' || attname || '|' || format_type(atttypid, atttypmod) || '|' || attnotnull || '|' || coalesce(pg_get_expr(adbin, adrelid), '') FROM pg_attribute JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'shop', 'My Schema')) AND relname NOT LIKE 'kolumn%' AND attnum > 0 ORDER BY 1", Token),
        .. await Database.QueryAsync("SELECT conrelid::regclass || '|' || conname || '|' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'shop', 'My Schema')) AND conrelid::regclass::text NOT LIKE 'kolumn%' ORDER BY 1", Token),
        .. await Database.QueryAsync("SELECT xmin::text || oid::regclass FROM pg_class WHERE relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'shop', 'My Schema')) AND relname NOT LIKE 'kolumn%' ORDER BY 1", Token),
    ];
}
