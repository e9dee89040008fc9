using System.Text.Json.Nodes;
using Kolumn.Providers.Sqlite.Database;
using Kolumn.Sdk;
using Kolumn.Testing;

namespace Kolumn.Providers.Sqlite.Tests.Database;

public sealed class SqliteSessionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_MissingFile_IsAnEmptyDatabaseAndIsNotCreated()
    {
        using var file = new SqliteFile();
        await using var database = await file.ConnectAsync();

        await using (var session = await database.OpenAsync(SessionMode.Read, Token))
        {
            (await session.ReadAsync(SchemaCatalog.Entries, Token)).ShouldBeEmpty();
        }

        File.Exists(file.Path).ShouldBeFalse();
    }

    [Fact]
    public async Task Write_MissingFile_IsCreatedForItsOwnerAlone()
    {
        using var file = new SqliteFile();

        await file.ExecuteAsync([new Statement("CREATE TABLE t (a)")]);

        file.Rows("SELECT name FROM sqlite_master").ShouldBe(["t"]);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(file.Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public async Task Write_NotCommitted_LeavesNoFile()
    {
        using var file = new SqliteFile();
        await using var database = await file.ConnectAsync();

        await using (var session = await database.OpenAsync(SessionMode.Write, Token))
        {
            await session.ExecuteAsync([new Statement("CREATE TABLE t (a)")], Token);
        }

        File.Exists(file.Path).ShouldBeFalse();
    }

    [Theory]
    [InlineData("folder/missing/x.db", "the folder of the database")]
    [InlineData(":memory:", "\":memory:\" is not a file")]
    [InlineData("file:x.db?mode=memory", "\"file:x.db?mode=memory\" is not a file")]
    [InlineData("  ", "a path is expected")]
    public async Task Connect_NoUsablePath_SaysSo(string path, string summary)
    {
        using var folder = new TemporaryFolder();
        var config = new JsonObject { ["database"] = path.StartsWith("folder", StringComparison.Ordinal) ? folder.File(path) : path };

        var failure = await Should.ThrowAsync<ProviderException>(SqliteDatabase.ConnectAsync(config, SqliteFile.Loggers, TimeProvider.System, Token));

        failure.Diagnostic.Summary.ShouldStartWith(summary);
        failure.Diagnostic.Attribute!.ToString().ShouldBe("database");
    }

    [Fact]
    public async Task Connect_AnotherKindOfFile_IsNoDatabase()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("notes.txt", new string('x', 4096));

        var failure = await Should.ThrowAsync<ProviderException>(SqliteDatabase.ConnectAsync(new JsonObject { ["database"] = path }, SqliteFile.Loggers, TimeProvider.System, Token));

        failure.Diagnostic.Summary.ShouldBe($"{path} is not an SQLite database");
        failure.Diagnostic.EngineCode.ShouldBe("SQLITE_NOTADB");
    }

    [Fact]
    public async Task Connect_DamagedFile_SaysSo()
    {
        using var file = new SqliteFile();
        file.Run("CREATE TABLE t (a); CREATE TABLE u (a)");
        using (var bytes = File.OpenWrite(file.Path))
        {
            bytes.Position = 100;
            bytes.Write([.. Enumerable.Repeat((byte)0xee, 300)]);
        }

        var failure = await Should.ThrowAsync<ProviderException>(file.ConnectAsync());

        failure.Diagnostic.Summary.ShouldBe($"the database {file.Path} is damaged");
        failure.Diagnostic.EngineCode.ShouldBe("SQLITE_CORRUPT");
    }

    [Fact]
    public async Task Connect_Folder_IsRefused()
    {
        using var folder = new TemporaryFolder();

        var failure = await Should.ThrowAsync<ProviderException>(SqliteDatabase.ConnectAsync(new JsonObject { ["database"] = folder.Path }, SqliteFile.Loggers, TimeProvider.System, Token));

        failure.Diagnostic.Summary.ShouldBe($"{folder.Path} is a folder");
    }

    [Fact]
    public async Task Write_LockedBySomebodyElse_IsRetryableAndWorksAfterwards()
    {
        using var file = new SqliteFile();
        file.Run("CREATE TABLE t (a)");
        await using var database = await file.ConnectAsync(new JsonObject { ["busy_timeout_seconds"] = 0 });
        using (var other = file.Connect())
        {
            using var transaction = other.BeginTransaction();

            var failure = await Should.ThrowAsync<ProviderException>(database.OpenAsync(SessionMode.Write, Token));

            failure.Diagnostic.Summary.ShouldBe($"the database {file.Path} is locked");
            failure.Diagnostic.Retryable.ShouldBeTrue();
        }

        await using var session = await database.OpenAsync(SessionMode.Write, Token);
        await session.ExecuteAsync([new Statement("CREATE TABLE u (a)")], Token);
        await session.CommitAsync(Token);
        file.Rows("SELECT name FROM sqlite_master").ShouldBe(["t", "u"]);
    }

    [Fact]
    public async Task Write_ReadOnlyProvider_IsRefused()
    {
        using var file = new SqliteFile();
        file.Run("CREATE TABLE t (a)");
        await using var database = await file.ConnectAsync(new JsonObject { ["read_only"] = true });

        var failure = await Should.ThrowAsync<ProviderException>(async () => await database.OpenAsync(SessionMode.Write, Token));

        failure.Diagnostic.Code.ShouldBe("PERMISSION_ERROR");
        await using var session = await database.OpenAsync(SessionMode.Read, Token);
        (await session.ReadAsync(SchemaCatalog.Entries, Token)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Execute_Cancelled_InterruptsTheRunningStatement()
    {
        using var file = new SqliteFile();
        file.Run("CREATE TABLE t (a)");
        await using var database = await file.ConnectAsync();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using (var session = await database.OpenAsync(SessionMode.Write, Token))
        {
            var endless = session.ExecuteAsync([new Statement("INSERT INTO t WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0")], cancellation.Token);
            await cancellation.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(endless.WaitAsync(TimeSpan.FromSeconds(30), Token));
        }

        await file.ExecuteAsync([new Statement("INSERT INTO t VALUES (1)")]);
        file.Rows("SELECT a FROM t").ShouldBe(["1"]);
    }

    [Fact]
    public async Task Execute_QuotedNameThatIsNoColumn_IsNotTakenForAString()
    {
        using var file = new SqliteFile();

        var failure = await Should.ThrowAsync<StatementFailedException>(file.ExecuteAsync([new Statement("CREATE TABLE t (a)"), new Statement("CREATE INDEX i ON t (\"b\")")]));

        failure.Index.ShouldBe(1);
        failure.Diagnostic.Summary.ShouldContain("no such column: b");
    }

    [Fact]
    public async Task Execute_SecondStatementFails_NamesItAndRollsBack()
    {
        using var file = new SqliteFile();

        var failure = await Should.ThrowAsync<StatementFailedException>(file.ExecuteAsync([new Statement("CREATE TABLE t (a)"), new Statement("CREATE TABLE t (a)")]));

        failure.Index.ShouldBe(1);
        failure.Diagnostic.Summary.ShouldBe("SQLite refuses: table t already exists");
        File.Exists(file.Path).ShouldBeFalse();
    }

    [Fact]
    public async Task Execute_DropColumnWhileAViewIsBroken_NamesTheView()
    {
        using var file = new SqliteFile();
        file.Run("CREATE TABLE t (a, b); CREATE VIEW broken AS SELECT gone FROM nowhere");

        var failure = await Should.ThrowAsync<StatementFailedException>(file.ExecuteAsync([new Statement("ALTER TABLE t DROP COLUMN b")]));

        failure.Diagnostic.Summary.ShouldBe("SQLite drops no column while view broken does not work: no such table: main.nowhere");
        await file.ExecuteAsync([new Statement("DROP VIEW broken"), new Statement("ALTER TABLE t DROP COLUMN b")]);
        file.Rows("SELECT name FROM pragma_table_info('t')").ShouldBe(["a"]);
    }

    [Theory]
    [InlineData("DROP TABLE t", "view v would not work any more: no such table: main.t")]
    [InlineData("DROP VIEW u", "view v would not work any more: no such table: main.u")]
    public async Task Commit_ViewWouldBreak_IsRefused(string statement, string summary)
    {
        using var file = new SqliteFile();
        file.Run("CREATE TABLE t (a, b); CREATE VIEW u AS SELECT 1 AS b; CREATE VIEW v AS SELECT t.b FROM t, u; CREATE VIEW broken AS SELECT gone FROM nowhere");

        var failure = await Should.ThrowAsync<StatementFailedException>(file.ExecuteAsync([new Statement(statement)]));

        failure.Index.ShouldBe(-1);
        failure.Diagnostic.Summary.ShouldBe(summary);
        await file.ExecuteAsync([new Statement(statement), new Statement("DROP VIEW v")]);
        file.Rows("SELECT name FROM sqlite_master WHERE name = 'v'").ShouldBeEmpty();
    }

    [Fact]
    public async Task Commit_TriggerWouldBreak_IsRefused()
    {
        using var file = new SqliteFile();
        file.Run("CREATE TABLE t (a, b); CREATE TABLE log (what); CREATE TRIGGER tr AFTER UPDATE OF a ON t BEGIN INSERT INTO log VALUES (new.b); END");

        var failure = await Should.ThrowAsync<StatementFailedException>(file.ExecuteAsync([new Statement("DROP TABLE log")]));

        failure.Diagnostic.Summary.ShouldBe("a trigger on t would not work any more: no such table: main.log");
        file.Rows("SELECT count(*) FROM log").ShouldBe(["0"]);
    }

    [Fact]
    public async Task Commit_DroppedParentOfLivingRows_IsRefusedUnlessForeignKeysAreOff()
    {
        using var file = new SqliteFile();
        file.Run("CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p_id REFERENCES p); INSERT INTO p VALUES (1); INSERT INTO c VALUES (1), (NULL)");

        var failure = await Should.ThrowAsync<StatementFailedException>(file.ExecuteAsync([new Statement("DROP TABLE \"p\"")]));

        failure.Diagnostic.Summary.ShouldBe("1 row of table c reference rows of p that do not exist");
        await using var database = await file.ConnectAsync(new JsonObject { ["foreign_keys"] = false });
        await using var session = await database.OpenAsync(SessionMode.Write, Token);
        await session.ExecuteAsync([new Statement("DROP TABLE \"p\"")], Token);
        await session.CommitAsync(Token);
        file.Rows("SELECT name FROM sqlite_master").ShouldBe(["c"]);
    }

    [Fact]
    public async Task Commit_OrphansThatWereThereBefore_AreNotHeldAgainstTheChange()
    {
        using var file = new SqliteFile();
        file.Run("CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p_id REFERENCES p); CREATE TABLE o (x); INSERT INTO c VALUES (7)");

        await file.ExecuteAsync([new Statement("DROP TABLE \"p\""), new Statement("CREATE TABLE \"p\" (\"id\" INTEGER PRIMARY KEY, \"n\" TEXT)")]);

        file.Rows("SELECT p_id FROM c").ShouldBe(["7"]);
    }

    [Fact]
    public async Task Commit_ForeignKeyToColumnsWithoutKey_IsRefused()
    {
        using var file = new SqliteFile();

        var failure = await Should.ThrowAsync<StatementFailedException>(
            file.ExecuteAsync([new Statement("CREATE TABLE p (id INT)"), new Statement("CREATE TABLE c (p_id REFERENCES p (id))")]));

        failure.Diagnostic.Summary.ShouldBe("a foreign key of table c does not fit: foreign key mismatch - \"c\" referencing \"p\"");
    }
}
