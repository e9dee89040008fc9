using Kolumn.Providers.Sqlite.Resources;
using Kolumn.Providers.Sqlite.Resources.Tables;
using Kolumn.Sdk;

namespace Kolumn.Providers.Sqlite.Tests.Resources;

public sealed class TableChangesTests
{
    private const string Before = "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b INT)";

    [Theory]
    [InlineData("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b INT, c TEXT NOT NULL DEFAULT 'x')", "ALTER TABLE \"t\" ADD COLUMN \"c\" TEXT NOT NULL DEFAULT 'x'")]
    [InlineData(
        "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b INT, c INT, d INT AS (b * 2), CONSTRAINT pos CHECK (c > 0), FOREIGN KEY (c) REFERENCES p (x) ON DELETE CASCADE)",
        "ALTER TABLE \"t\" ADD COLUMN \"c\" INT REFERENCES \"p\" (\"x\") ON DELETE CASCADE",
        "ALTER TABLE \"t\" ADD COLUMN \"d\" INT GENERATED ALWAYS AS (b * 2) VIRTUAL CONSTRAINT \"pos\" CHECK (c > 0)")]
    [InlineData("CREATE TABLE t(id INTEGER PRIMARY KEY, b INT)", "ALTER TABLE \"t\" DROP COLUMN \"a\"")]
    [InlineData("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, c TEXT)", "ALTER TABLE \"t\" ADD COLUMN \"c\" TEXT", "ALTER TABLE \"t\" DROP COLUMN \"b\"")]
    public void Between_WhatSqliteCanAlter_IsAltered(string after, params string[] expected) =>
        Texts(TableChanges.Between(TableDdl.Read(Before), TableDdl.Read(after))).ShouldBe(expected);

    [Theory]
    [InlineData("CREATE TABLE t(id INTEGER PRIMARY KEY, a INT, b INT)")]
    [InlineData("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT NOT NULL, b INT)")]
    [InlineData("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT DEFAULT 'x', b INT)")]
    [InlineData("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b INT, CHECK (b > 0))")]
    [InlineData("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b INT REFERENCES p)")]
    [InlineData("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT UNIQUE, b INT)")]
    [InlineData("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b INT) STRICT")]
    [InlineData("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b INT, c TEXT NOT NULL)")]
    [InlineData("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b INT, c TEXT DEFAULT CURRENT_TIMESTAMP)")]
    [InlineData("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b INT, c INT AS (b) STORED)")]
    [InlineData("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b INT, c INT DEFAULT 1 REFERENCES p)")]
    [InlineData("CREATE TABLE t(id INTEGER, a TEXT, b INT, PRIMARY KEY (id, b))")]
    public void Between_WhatSqliteCannotAlter_IsRebuilt(string after)
    {
        var statements = TableChanges.Between(TableDdl.Read(Before), TableDdl.Read(after));

        Texts(statements)[^2..].ShouldBe(["DROP TABLE \"t\"", "ALTER TABLE \"kolumn_rebuild_t\" RENAME TO \"t\""]);
        statements.SelectMany(s => s.Hazards).Select(h => h.Name).ShouldBe([HazardNames.TableRewrite]);
    }

    [Fact]
    public void Between_Rebuild_CopiesRowsCounterIndexesAndTriggers()
    {
        var actual = TableDdl.Read("CREATE TABLE \"a\"\"b\" (id INTEGER PRIMARY KEY AUTOINCREMENT, x TEXT, y INT, z INT)") with
        {
            Dependants =
            [
                new Dependant("index", "ix", "CREATE INDEX ix ON \"a\"\"b\" (x)"),
                new Dependant("index", "iz", "CREATE INDEX iz ON \"a\"\"b\" (x) WHERE z > 0"),
                new Dependant("trigger", "tr", "CREATE TRIGGER tr AFTER INSERT ON \"a\"\"b\" BEGIN SELECT 1; END"),
            ],
        };
        var desired = TableDdl.Read("CREATE TABLE \"a\"\"b\" (id INTEGER PRIMARY KEY AUTOINCREMENT, x INT, y INT, g INT AS (y))");

        var statements = TableChanges.Between(actual, desired);

        Texts(statements).ShouldBe(
        [
            "DROP INDEX IF EXISTS \"iz\"",
            "CREATE TABLE \"kolumn_rebuild_a\"\"b\" (\n  \"id\" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,\n  \"x\" INT,\n  \"y\" INT,\n  \"g\" INT GENERATED ALWAYS AS (y) VIRTUAL\n)",
            "INSERT INTO \"kolumn_rebuild_a\"\"b\" (\"id\", \"x\", \"y\") SELECT \"id\", \"x\", \"y\" FROM \"a\"\"b\"",
            "DELETE FROM sqlite_sequence WHERE name = $1",
            "INSERT INTO sqlite_sequence (name, seq) SELECT $1, seq FROM sqlite_sequence WHERE name = $2",
            "DROP TABLE \"a\"\"b\"",
            "ALTER TABLE \"kolumn_rebuild_a\"\"b\" RENAME TO \"a\"\"b\"",
            "CREATE INDEX ix ON \"a\"\"b\" (x)",
            "CREATE TRIGGER tr AFTER INSERT ON \"a\"\"b\" BEGIN SELECT 1; END",
        ]);
        statements.SelectMany(s => s.Hazards).Select(h => h.Name).ShouldBe([TableChanges.IndexLoss, HazardNames.TableRewrite, HazardNames.DataLoss]);
        statements[4].Parameters.ShouldBe(["kolumn_rebuild_a\"b", "a\"b"]);
    }

    [Fact]
    public async Task Between_RunOnRealRows_KeepsEverythingElse()
    {
        using var file = new SqliteFile();
        file.Run("""
            CREATE TABLE parent(id INTEGER PRIMARY KEY, name TEXT);
            CREATE TABLE child(id INTEGER PRIMARY KEY AUTOINCREMENT, parent_id INT REFERENCES parent(id), amount TEXT, note TEXT);
            CREATE TABLE log(what TEXT);
            CREATE TABLE grandchild(child_id INT REFERENCES child(id) ON DELETE CASCADE);
            CREATE INDEX child_parent ON child(parent_id);
            CREATE TRIGGER child_log AFTER INSERT ON child BEGIN INSERT INTO log VALUES (new.amount); END;
            CREATE TRIGGER log_child AFTER DELETE ON log BEGIN UPDATE child SET note = 'gone'; END;
            CREATE VIEW amounts AS SELECT p.name, c.amount FROM parent AS p JOIN child AS c ON c.parent_id = p.id;
            INSERT INTO parent VALUES (1, 'one');
            INSERT INTO child(parent_id, amount, note) VALUES (1, '10', 'a'), (1, 'ten', 'b'), (1, '3', 'c');
            INSERT INTO grandchild VALUES (1);
            DELETE FROM child WHERE id = 3;
            """);
        var actual = file.Table("child");
        var desired = TableDdl.Read("CREATE TABLE child(id INTEGER PRIMARY KEY AUTOINCREMENT, parent_id INT NOT NULL REFERENCES parent(id), amount NUMERIC NOT NULL DEFAULT 0 CHECK (amount <> ''), note TEXT)");

        await file.ExecuteAsync(TableChanges.Between(actual, desired));

        var after = file.Table("child");
        TableJson.ToJson(after with { Dependants = null }).ToJsonString().ShouldBe(TableJson.ToJson(desired).ToJsonString());
        file.Rows("SELECT id, parent_id, typeof(amount), amount, note FROM child").ShouldBe(["1|1|integer|10|a", "2|1|text|ten|b"]);
        file.Rows("SELECT seq FROM sqlite_sequence WHERE name = 'child'").ShouldBe(["3"]);
        file.Rows("SELECT name, amount FROM amounts").ShouldBe(["one|10", "one|ten"]);
        file.Rows("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY 1, 2").ShouldBe(
            ["index|child_parent", "table|child", "table|grandchild", "table|log", "table|parent", "trigger|child_log", "trigger|log_child", "view|amounts"]);
        file.Run("PRAGMA foreign_keys = ON; INSERT INTO child(parent_id, amount) VALUES (1, 5); DELETE FROM child WHERE id = 1; DELETE FROM log WHERE what = '5'");
        file.Rows("SELECT id, note FROM child").ShouldBe(["2|gone", "4|gone"]);
        file.Rows("SELECT count(*) FROM grandchild").ShouldBe(["0"]);
        file.Rows("SELECT sql FROM sqlite_master WHERE name = 'grandchild'").ShouldBe(["CREATE TABLE grandchild(child_id INT REFERENCES child(id) ON DELETE CASCADE)"]);
    }

    [Fact]
    public async Task Between_NotNullWhereNullsExist_NamesTheRowsAndChangesNothing()
    {
        using var file = new SqliteFile();
        file.Run("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'x'), (2, NULL), (3, NULL)");
        var statements = TableChanges.Between(file.Table("t"), TableDdl.Read("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT NOT NULL)"));

        var failure = await Should.ThrowAsync<StatementFailedException>(file.ExecuteAsync(statements));

        failure.Index.ShouldBe(1);
        failure.Diagnostic.Summary.ShouldBe("2 rows of table t hold NULL in column a, which is to become NOT NULL");
        file.Rows("SELECT id, a FROM t").ShouldBe(["1|x", "2|NULL", "3|NULL"]);
        file.Rows("SELECT name FROM sqlite_master").ShouldBe(["t"]);
        await file.ExecuteAsync([new Statement("UPDATE t SET a = '' WHERE a IS NULL"), .. statements]);
        file.Table("t").Column("a")!.Nullable.ShouldBeFalse();
    }

    [Fact]
    public async Task Between_ForeignKeyThatRowsViolate_IsRefusedAtTheCommit()
    {
        using var file = new SqliteFile();
        file.Run("CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(p_id INT); INSERT INTO p VALUES (1); INSERT INTO c VALUES (1), (2), (3)");
        var statements = TableChanges.Between(file.Table("c"), TableDdl.Read("CREATE TABLE c(p_id INT REFERENCES p(id))"));

        var failure = await Should.ThrowAsync<StatementFailedException>(file.ExecuteAsync(statements));

        failure.Index.ShouldBe(-1);
        failure.Diagnostic.Summary.ShouldBe("2 rows of table c reference rows of p that do not exist");
        file.Table("c").ForeignKeys.ShouldBeEmpty();
        file.Rows("SELECT count(*) FROM c").ShouldBe(["3"]);
    }

    private static string[] Texts(IEnumerable<Statement> statements) => [.. statements.Select(statement => statement.Text)];
}
