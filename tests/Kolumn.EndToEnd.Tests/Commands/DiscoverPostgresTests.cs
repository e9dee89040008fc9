using System.Text.RegularExpressions;
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
    public async Task EveryType_WithOwnersAndRights_IsAdoptedAndUntouched()
    {
        await Database.ExecuteAsync(
            """"
            CREATE ROLE shop_owner CREATEROLE CONNECTION LIMIT 5;
            CREATE ROLE "read ""ers""" NOINHERIT;
            COMMENT ON ROLE "read ""ers""" IS 'it''s ${theirs}';
            CREATE ROLE app LOGIN PASSWORD 'never-told' VALID UNTIL '2031-02-03 04:05:06+00' IN ROLE shop_owner;
            GRANT "read ""ers""" TO app WITH ADMIN OPTION;
            ALTER ROLE app SET search_path = shop, "My Schema", public;
            ALTER ROLE app SET statement_timeout = '5min';
            CREATE SCHEMA shop AUTHORIZATION shop_owner;
            CREATE EXTENSION btree_gist SCHEMA shop;
            ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner IN SCHEMA shop GRANT SELECT ON TABLES TO "read ""ers""";
            ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
            CREATE TYPE shop.mood AS ENUM ('sad', 'ok');
            CREATE TYPE shop.place AS (street text, number int);
            CREATE DOMAIN shop.amount AS numeric(10,2) NOT NULL DEFAULT 0 CHECK (VALUE >= 0);
            CREATE SEQUENCE shop.tickets START 100 INCREMENT 5;
            CREATE FUNCTION shop.stamp() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = shop, pg_temp AS $$ BEGIN RETURN NEW; END $$;
            CREATE FUNCTION shop.total(who bigint, VARIADIC more int[] DEFAULT '{}') RETURNS TABLE (sum numeric) LANGUAGE sql STABLE AS 'SELECT 1.0';
            CREATE PROCEDURE shop.tidy(days int DEFAULT 7) LANGUAGE sql AS 'SELECT 1';
            CREATE TABLE shop.users (
              id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email varchar(200) COLLATE "C" UNIQUE, lower_email text GENERATED ALWAYS AS (lower(email)) STORED,
              feeling shop.mood DEFAULT 'ok', home shop.place, number serial, boss bigint REFERENCES shop.users DEFERRABLE INITIALLY DEFERRED, spent shop.amount,
              CONSTRAINT sane CHECK (length(email) > 3)) WITH (fillfactor = 70);
            COMMENT ON COLUMN shop.users.email IS 'where to write';
            CREATE TABLE shop.bookings (room int, during tstzrange, EXCLUDE USING gist (room WITH =, during WITH &&));
            CREATE UNLOGGED TABLE shop.visits (made date NOT NULL, page text) PARTITION BY RANGE (made);
            CREATE TABLE shop.visits_2024 PARTITION OF shop.visits FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
            CREATE TABLE shop.visits_rest PARTITION OF shop.visits DEFAULT;
            CREATE INDEX by_mood ON shop.users (feeling DESC NULLS LAST, lower(email) text_pattern_ops) INCLUDE (number) WHERE boss IS NULL;
            CREATE VIEW shop.happy AS SELECT id, email FROM shop.users WHERE feeling = 'ok';
            CREATE MATERIALIZED VIEW shop.moods AS SELECT feeling, count(*) AS count FROM shop.users GROUP BY feeling;
            CREATE UNIQUE INDEX ON shop.moods (feeling);
            CREATE TRIGGER stamp BEFORE INSERT OR UPDATE OF email ON shop.users FOR EACH ROW WHEN (NEW.email IS NOT NULL) EXECUTE FUNCTION shop.stamp();
            ALTER TABLE shop.users ENABLE ROW LEVEL SECURITY;
            CREATE POLICY own ON shop.users FOR SELECT TO app, "read ""ers""" USING (email = CURRENT_USER);
            CREATE PUBLICATION everything FOR TABLE shop.users (id, email) WHERE (id > 0) WITH (publish = 'insert');
            ALTER TABLE shop.users OWNER TO shop_owner; ALTER VIEW shop.happy OWNER TO app; ALTER FUNCTION shop.stamp() OWNER TO shop_owner; ALTER PUBLICATION everything OWNER TO shop_owner;
            ALTER TYPE shop.mood OWNER TO shop_owner; ALTER SEQUENCE shop.tickets OWNER TO shop_owner;
            GRANT USAGE ON SCHEMA shop TO app, "read ""ers""";
            GRANT SELECT, INSERT ON shop.users TO app WITH GRANT OPTION;
            GRANT SELECT (id, email), UPDATE (email) ON shop.users TO PUBLIC;
            GRANT USAGE ON SEQUENCE shop.tickets, shop.users_number_seq TO app;
            REVOKE EXECUTE ON FUNCTION shop.total(bigint, int[]) FROM PUBLIC;
            GRANT EXECUTE ON FUNCTION shop.total(bigint, int[]) TO app;
            REVOKE ALL ON PROCEDURE shop.tidy(int) FROM PUBLIC;
            REVOKE USAGE ON TYPE shop.mood FROM PUBLIC;
            GRANT SELECT ON shop.moods, shop.happy TO "read ""ers""";
            REVOKE DELETE ON shop.users FROM shop_owner;
            REVOKE TEMPORARY ON DATABASE {0} FROM PUBLIC;
            GRANT CREATE ON DATABASE {0} TO shop_owner;
            """".Replace("{0}", Database.Name, StringComparison.Ordinal),
            Token);
        var before = await EverythingAsync();
        await _project.ExpectAsync(0, "init");

        var said = await _project.ExpectAsync(0, "discover", "postgres", "--out", _project.Path);

        said.ShouldContain("a password (app)");
        var written = Regex.Match(said, "Written: ([0-9]+) resources").Groups[1].Value;
        string[] types = [.. Regex.Matches(string.Join('\n', Directory.GetFiles(_project.Path, "*.kl").Select(File.ReadAllText)), "create \"postgres_([a-z_]+)\"")
            .Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)];
        types.ShouldBe([
            "default_privileges", "extension", "function", "grant", "index", "materialized_view", "partition", "policy", "procedure", "publication", "role", "schema", "sequence", "table", "trigger", "type", "user", "view",
        ]);
        var plan = await _project.ExpectAsync(0, "plan");
        plan.ShouldContain($"{written} to adopt");
        plan.ShouldContain("0 to create, 0 to change, 0 to destroy");
        await _project.ExpectAsync(0, "apply", "--auto-approve");
        (await _project.ExpectAsync(0, "plan", "--detailed-exitcode")).ShouldContain("No changes.");
        (await EverythingAsync()).ShouldBe(before);
        var grants = await File.ReadAllTextAsync(_project.File("grants.kl"), Token);
        grants.ShouldContain("  to         = postgres_user.app\n");
        grants.ShouldContain("  table      = postgres_table.users\n");
        (await File.ReadAllTextAsync(_project.File("users.kl"), Token)).ShouldNotContain("never-told");
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
            await databases.DropRolesAsync();
        }
    }

    // Every row of the catalog that anything here could have touched: a changed one has another xmin.
    private async Task<List<string?>> EverythingAsync()
    {
        var rows = new List<string?>();
        foreach (var table in new[] { "pg_class", "pg_attribute", "pg_proc", "pg_type", "pg_constraint", "pg_policy", "pg_publication", "pg_default_acl", "pg_namespace", "pg_authid", "pg_auth_members", "pg_db_role_setting", "pg_database" })
        {
            var mine = table switch { "pg_class" => "WHERE oid >= 16384 AND relnamespace::regnamespace::text <> '_kolumn' AND relkind <> 't'", "pg_proc" or "pg_constraint" => "WHERE oid >= 16384", "pg_type" => "WHERE oid >= 16384 AND typnamespace::regnamespace::text <> '_kolumn'", "pg_attribute" => "WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'shop'::regnamespace)", "pg_namespace" => "WHERE nspname <> '_kolumn'", "pg_database" => "WHERE datname = current_database()", _ => "" };
            rows.AddRange(await Database.QueryAsync($"SELECT '{table} ' || xmin::text || ' ' || ctid::text FROM {table} {mine} ORDER BY 1", Token));
        }

        return rows;
    }

    // What PostgreSQL itself reports, without the table that Kolumn keeps its record in.
    private async Task<List<string?>> CatalogAsync() =>
    [
        .. await Database.QueryAsync("SELECT attrelid::regclass || '|' || attnum || '|' || attname || '|' || format_type(atttypid, atttypmod) || '|' || attnotnull || '|' || coalesce(pg_get_expr(adbin, adrelid), '') FROM pg_attribute JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'shop', 'My Schema')) AND relname NOT LIKE 'kolumn%' AND attnum > 0 ORDER BY 1", Token),
        .. await Database.QueryAsync("SELECT conrelid::regclass || '|' || conname || '|' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'shop', 'My Schema')) AND conrelid::regclass::text NOT LIKE 'kolumn%' ORDER BY 1", Token),
        .. await Database.QueryAsync("SELECT xmin::text || oid::regclass FROM pg_class WHERE relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'shop', 'My Schema')) AND relname NOT LIKE 'kolumn%' ORDER BY 1", Token),
    ];
}
