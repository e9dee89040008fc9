using System.Globalization;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Testing;

namespace Kolumn.Providers.Postgres.Tests.Database;

/// <summary>
/// Every form of change, with what it says of itself beside what the server does: the locks in pg_locks while its transaction
/// is open, and whether the table is in another file afterwards.
/// </summary>
public sealed class LockTests(PostgresDatabases databases) : PostgresTest(databases)
{
    private const string Columns = """{"name":"id","type":"int","primary_key":true},{"name":"n","type":"int"},{"name":"s","type":"varchar(10)"},{"name":"u","type":"int","nullable":false}""";

    private const string FileOfTable = "SELECT relfilenode::text FROM pg_class WHERE relname = 't' AND relnamespace = 'public'::regnamespace";

    /// <summary>What changes, the type, what it is before and after (null: it does not exist), the locks that others notice.</summary>
    public static TheoryData<string, string, string?, string?, string> Changes { get; } = new()
    {
        { "table comes", "table", null, Table(Columns), "" },
        { "table with a key to another", "table", null, Table($$"""{{Columns}}],"foreign_keys":[{"columns":["n"],"references":"other"}"""), "SHARE ROW EXCLUSIVE on public.other" },
        { "table goes", "table", Table(Columns), null, "ACCESS EXCLUSIVE on public.t" },
        { "table with a key goes", "table", Table($$"""{{Columns}}],"foreign_keys":[{"columns":["n"],"references":"other"}"""), null, "ACCESS EXCLUSIVE on public.other, ACCESS EXCLUSIVE on public.t" },
        { "comment", "table", Table(Columns), Table($$"""{{Columns}}],"comment":"c" """, ""), "SHARE UPDATE EXCLUSIVE on public.t" },
        { "column's comment", "table", Table(Columns), Table(Columns.Replace("\"n\"", "\"n\",\"comment\":\"c\"", StringComparison.Ordinal)), "SHARE UPDATE EXCLUSIVE on public.t" },
        { "column comes", "table", Table(Columns), Table($$"""{{Columns}},{"name":"x","type":"int","default":1,"nullable":false}"""), "ACCESS EXCLUSIVE on public.t" },
        { "column comes with a value for each row", "table", Table(Columns), Table($$"""{{Columns}},{"name":"x","type":"uuid","default":"gen_random_uuid()"}"""), "ACCESS EXCLUSIVE on public.t" },
        { "generated column comes", "table", Table(Columns), Table($$"""{{Columns}},{"name":"x","type":"int","generated":"id + 1"}"""), "ACCESS EXCLUSIVE on public.t" },
        { "identity column comes", "table", Table(Columns), Table($$"""{{Columns}},{"name":"x","type":"int","identity":"always"}"""), "ACCESS EXCLUSIVE on public.t" },
        { "column goes", "table", Table($$"""{{Columns}},{"name":"x","type":"int"}"""), Table(Columns), "ACCESS EXCLUSIVE on public.t" },
        { "type widens", "table", Table(Columns), Table(Columns.Replace("varchar(10)", "text", StringComparison.Ordinal)), "ACCESS EXCLUSIVE on public.t" },
        { "type changes", "table", Table(Columns), Table(Columns.Replace("varchar(10)", "char(10)", StringComparison.Ordinal)), "ACCESS EXCLUSIVE on public.t" },
        { "type changes to a larger one", "table", Table(Columns), Table(Columns.Replace("\"n\",\"type\":\"int\"", "\"n\",\"type\":\"bigint\"", StringComparison.Ordinal)), "ACCESS EXCLUSIVE on public.t" },
        { "collation changes", "table", Table(Columns), Table(Columns.Replace("\"varchar(10)\"", "\"varchar(10)\",\"collation\":\"C\"", StringComparison.Ordinal)), "ACCESS EXCLUSIVE on public.t" },
        { "default comes", "table", Table(Columns), Table(Columns.Replace("\"n\"", "\"n\",\"default\":1", StringComparison.Ordinal)), "ACCESS EXCLUSIVE on public.t" },
        { "column becomes NOT NULL", "table", Table(Columns), Table(Columns.Replace("\"n\"", "\"n\",\"nullable\":false", StringComparison.Ordinal)), "ACCESS EXCLUSIVE on public.t" },
        { "column becomes nullable", "table", Table(Columns), Table(Columns.Replace(",\"nullable\":false", "", StringComparison.Ordinal)), "ACCESS EXCLUSIVE on public.t" },
        { "column becomes an identity", "table", Table(Columns), Table(Columns.Replace("\"u\"", "\"u\",\"identity\":\"always\"", StringComparison.Ordinal)), "ACCESS EXCLUSIVE on public.t" },
        { "column becomes serial", "table", Table(Columns), Table(Columns.Replace("\"u\"", "\"u\",\"serial\":true", StringComparison.Ordinal)), "ACCESS EXCLUSIVE on public.t" },
        { "generation ends", "table", Table($$"""{{Columns}},{"name":"x","type":"int","generated":"id + 1"}"""), Table($$"""{{Columns}},{"name":"x","type":"int"}"""), "ACCESS EXCLUSIVE on public.t" },
        { "check comes", "table", Table(Columns), Table($$"""{{Columns}}],"checks":[{"expression":"n > 0"}"""), "ACCESS EXCLUSIVE on public.t" },
        { "check goes", "table", Table($$"""{{Columns}}],"checks":[{"expression":"n > 0"}"""), Table(Columns), "ACCESS EXCLUSIVE on public.t" },
        { "check is validated", "table", Table($$"""{{Columns}}],"checks":[{"expression":"n > 0"}"""), Table($$"""{{Columns}}],"checks":[{"expression":"n > 0"}"""), "SHARE UPDATE EXCLUSIVE on public.t" },
        { "foreign key comes", "table", Table(Columns), Table($$"""{{Columns}}],"foreign_keys":[{"columns":["n"],"references":"other"}"""), "SHARE ROW EXCLUSIVE on public.other, SHARE ROW EXCLUSIVE on public.t" },
        { "foreign key goes", "table", Table($$"""{{Columns}}],"foreign_keys":[{"columns":["n"],"references":"other"}"""), Table(Columns), "ACCESS EXCLUSIVE on public.other, ACCESS EXCLUSIVE on public.t" },
        { "foreign key is validated", "table", Table($$"""{{Columns}}],"foreign_keys":[{"columns":["n"],"references":"other"}"""), Table($$"""{{Columns}}],"foreign_keys":[{"columns":["n"],"references":"other"}"""), "SHARE UPDATE EXCLUSIVE on public.t" },
        { "unique constraint comes", "table", Table(Columns), Table($$"""{{Columns}}],"unique_constraints":[{"columns":["u"]}"""), "ACCESS EXCLUSIVE on public.t" },
        { "exclusion comes", "table", Table(Columns), Table($$"""{{Columns}}],"exclusions":[{"method":"btree","elements":[{"name":"u","operator":"="}]}"""), "ACCESS EXCLUSIVE on public.t" },
        { "storage parameter", "table", Table(Columns), Table($$"""{{Columns}}],"storage_parameters":{"fillfactor":"70","autovacuum_enabled":"false"}""" , ""), "SHARE UPDATE EXCLUSIVE on public.t" },
        { "row-level security", "table", Table(Columns), Table($$"""{{Columns}}],"row_level_security":true""", ""), "ACCESS EXCLUSIVE on public.t" },
        { "logging ends", "table", Table(Columns), Table($$"""{{Columns}}],"unlogged":true""", ""), "ACCESS EXCLUSIVE on public.t" },
        { "index comes", "index", null, """{"name":"i","table":"other","columns":["n"]}""", "SHARE on public.other" },
        { "index goes", "index", """{"name":"i","table":"other","columns":["n"]}""", null, "ACCESS EXCLUSIVE on public.i, ACCESS EXCLUSIVE on public.other" },
        { "index gets a comment", "index", """{"name":"i","table":"other","columns":["n"]}""", """{"name":"i","table":"other","columns":["n"],"comment":"c"}""", "SHARE UPDATE EXCLUSIVE on public.i" },
        { "view comes", "view", null, """{"name":"v","query":"SELECT id FROM other"}""", "" },
        { "view changes", "view", """{"name":"v","query":"SELECT id FROM other"}""", """{"name":"v","query":"SELECT id, n FROM other"}""", "ACCESS EXCLUSIVE on public.v" },
        { "view goes", "view", """{"name":"v","query":"SELECT id FROM other"}""", null, "ACCESS EXCLUSIVE on public.v" },
        { "materialized view goes", "materialized_view", """{"name":"v","query":"SELECT id FROM other"}""", null, "ACCESS EXCLUSIVE on public.v" },
        { "trigger comes", "trigger", null, Trigger(), "SHARE ROW EXCLUSIVE on public.other" },
        { "trigger is disabled", "trigger", Trigger(), Trigger(",\"enabled\":\"disabled\""), "SHARE ROW EXCLUSIVE on public.other" },
        { "trigger gets a comment", "trigger", Trigger(), Trigger(",\"comment\":\"c\""), "" },
        { "trigger goes", "trigger", Trigger(), null, "ACCESS EXCLUSIVE on public.other" },
        { "policy comes", "policy", null, """{"name":"p","table":"other","using":"n > 0"}""", "ACCESS EXCLUSIVE on public.other" },
        { "policy changes", "policy", """{"name":"p","table":"other","using":"n > 0"}""", """{"name":"p","table":"other","using":"n > 1"}""", "ACCESS EXCLUSIVE on public.other" },
        { "policy gets a comment", "policy", """{"name":"p","table":"other","using":"n > 0"}""", """{"name":"p","table":"other","using":"n > 0","comment":"c"}""", "" },
        { "policy goes", "policy", """{"name":"p","table":"other","using":"n > 0"}""", null, "ACCESS EXCLUSIVE on public.other" },
        { "partition comes", "partition", null, """{"name":"part","table":"whole","values":"IN (1)"}""", "ACCESS EXCLUSIVE on public.whole" },
        { "partition gets other bounds", "partition", """{"name":"part","table":"whole","values":"IN (1)"}""", """{"name":"part","table":"whole","values":"IN (2)"}""", "ACCESS EXCLUSIVE on public.part, ACCESS EXCLUSIVE on public.whole" },
        { "partition gets a parameter", "partition", """{"name":"part","table":"whole","values":"IN (1)"}""", """{"name":"part","table":"whole","values":"IN (1)","storage_parameters":{"fillfactor":"70"}}""", "SHARE UPDATE EXCLUSIVE on public.part" },
        { "partition goes", "partition", """{"name":"part","table":"whole","values":"IN (1)"}""", null, "ACCESS EXCLUSIVE on public.part, ACCESS EXCLUSIVE on public.whole" },
        { "sequence changes", "sequence", """{"name":"q"}""", """{"name":"q","increment":2}""", "SHARE ROW EXCLUSIVE on public.q" },
        { "sequence goes", "sequence", """{"name":"q"}""", null, "ACCESS EXCLUSIVE on public.q" },
        { "publication comes", "publication", null, """{"name":"pub","tables":["other"]}""", "SHARE UPDATE EXCLUSIVE on public.other" },
        { "publication changes", "publication", """{"name":"pub","tables":["other"]}""", """{"name":"pub","tables":["whole"]}""", "SHARE UPDATE EXCLUSIVE on public.other, SHARE UPDATE EXCLUSIVE on public.whole" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Change_InItsTransaction_LocksAndRewritesWhatItSays(string what, string type, string? before, string? after, string locks)
    {
        await Database.ExecuteAsync(
            """
            CREATE TABLE other (id int PRIMARY KEY, n int); INSERT INTO other VALUES (1, 1), (2, 2);
            CREATE TABLE whole (n int) PARTITION BY LIST (n);
            CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            """,
            Token);
        var handler = ResourceKinds.All.Single(kind => kind.Type == type).Handler;
        var statements = (IStatementHandler)handler;
        var (first, second) = (await DefinitionAsync(handler, before), await DefinitionAsync(handler, after));
        if (what.EndsWith("is validated", StringComparison.Ordinal))
        {
            // Nobody can ask for it: it is what an interrupted change leaves.
            ((first!["checks"] ?? first["foreign_keys"])![0]!)["not_valid"] = true;
        }

        if (first is not null)
        {
            await ApplyAsync(statements.Create(first));
        }

        if (first is not null && type == "table")
        {
            await Database.ExecuteAsync("INSERT INTO t (id, n, s, u) VALUES (1, 1, 's', 1), (2, 2, 's', 2)", Token);
        }

        var change = first is null ? statements.Create(second!) : second is null ? statements.Drop(first) : statements.Alter(first, second).ShouldNotBeNull();
        change.ShouldNotBeEmpty(what);
        await using var session = await Connection.OpenAsync(SessionMode.Write, Token);
        var existing = await ReadAsync(session, "SELECT oid::text FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'i') AND relnamespace = 'public'::regnamespace");
        var file = await ReadAsync(session, FileOfTable);

        // Names as they were: what is dropped has none afterwards.
        var names = await ReadAsync(session, "SELECT format('%s=%s', oid, relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace");
        await session.ExecuteAsync(change, Token);

        var held = await ReadAsync(session, $"""
            SELECT DISTINCT format('%s=%s', relation, mode) FROM pg_locks
            WHERE pid = pg_backend_pid() AND relation IS NOT NULL AND relation = ANY (ARRAY[{string.Join(',', existing)}]::oid[])
            """);
        var byName = names.Select(name => name.Split('=')).ToDictionary(pair => pair[0], pair => "public." + pair[1]);
        var real = held.Select(one => one.Split('='))
            .Select(pair => (Table: byName[pair[0]], Mode: Enum.Parse<TableLock>(pair[1][..^"Lock".Length])))
            .Where(one => !IsIndexOfAKey(one.Table));
        Spelled(real).ShouldBe(locks, what);
        Spelled(change.SelectMany(statement => statement.Locks).Select(one => (one.Object, (TableLock)one.Strength))).ShouldBe(locks, what);

        if (type == "table")
        {
            var entries = await ReadAsync(session, """
                SELECT count(DISTINCT (locktype, classid, objid, objsubid, relation))::text FROM pg_locks
                WHERE pid = pg_backend_pid() AND (locktype = 'object' OR locktype = 'relation' AND relation >= 16384)
                """);
            int.Parse(entries[0], CultureInfo.InvariantCulture).ShouldBeLessThanOrEqualTo(change.Sum(statement => Math.Max(Math.Max(1, statement.Locks.Count), statement.LockEntries)), what);
        }

        var rewritten = second is not null && first is not null && type == "table"
            && !(await ReadAsync(session, FileOfTable)).SequenceEqual(file);
        change.SelectMany(statement => statement.Hazards).Any(hazard => hazard.Name == HazardNames.TableRewrite).ShouldBe(rewritten, what);
    }

    private static string Table(string columns, string end = "]") => $$"""{"name":"t","columns":[{{columns}}{{end}}}""";

    private static string Trigger(string more = "") => $$"""{"name":"tr","table":"other","timing":"before","events":["insert"],"for_each_row":true,"function":"f"{{more}}}""";

    // What blocks nobody who reads or writes, or changes the object, is not worth a word.
    private static string Spelled(IEnumerable<(string Table, TableLock Mode)> locks) => string.Join(", ", locks
        .Where(one => one.Mode >= TableLock.ShareUpdateExclusive)
        .GroupBy(one => one.Table)
        .Select(ofOne => $"{TableLocks.NameOf(ofOne.Max(one => one.Mode))} on {ofOne.Key}")
        .Order(StringComparer.Ordinal));

    private static bool IsIndexOfAKey(string name) => name.EndsWith("_pkey", StringComparison.Ordinal) || name.EndsWith("_seq", StringComparison.Ordinal) || name.EndsWith("_key", StringComparison.Ordinal);

    private static async Task<List<string>> ReadAsync(PostgresSession session, string query)
    {
        var texts = new List<string>();
        await session.ReadAsync([new CatalogQuery(new Statement(query), row => texts.Add(row.GetString(0)))], Token);
        return texts;
    }

    private async Task<System.Text.Json.Nodes.JsonObject?> DefinitionAsync(IResourceHandler<PostgresSession> handler, string? config) => config is null ? null
        : (await NormalizeAsync((INormalizingHandler<PostgresSession>)handler, [Configs.Describe(handler, config)]))[0].Definition.ShouldNotBeNull();
}
