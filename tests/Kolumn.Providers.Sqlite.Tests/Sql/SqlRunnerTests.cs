using System.Data.Common;
using System.Net.Sockets;
using Kolumn.Sdk.Sql;
using Microsoft.Data.Sqlite;

namespace Kolumn.Providers.Sqlite.Tests.Sql;

/// <summary>The Sdk's SQL runner on a real database, behind a door that is shut for a while.</summary>
public sealed class SqlRunnerTests : IDisposable
{
    private readonly SqliteFile _file = new();
    private readonly HurriedClock _clock = new();

    private static CancellationToken Token => SqliteFile.Token;

    [Fact]
    public async Task Template_ValuesAndNamesThatAttack_StayWhatTheyAre()
    {
        await using var source = new Door(_file, shutFor: 0);
        var runner = new SqlRunner(source, SqliteFile.Loggers, _clock);
        var (table, text) = ("a\"; DROP TABLE x; --", "'); DROP TABLE x; --");

        await runner.ExecuteAsync($"CREATE TABLE {table:name} (id INTEGER PRIMARY KEY, note TEXT)", Token);
        (await runner.ExecuteAsync($"INSERT INTO {table:name} (id, note) VALUES ({1}, {text}), ({2}, {null})", Token)).ShouldBe(2);
        var notes = await runner.QueryAsync($"SELECT note FROM {table:name} WHERE id = {1} OR note IS {null}", row => row.IsDBNull(0) ? null : row.GetString(0), Token).ToListAsync(Token);

        notes.ShouldBe([text, null]);
    }

    [Fact]
    public async Task Connection_FailsAtFirst_IsTriedAgainAfterGrowingPauses()
    {
        await using var source = new Door(_file, shutFor: 3);
        var runner = new SqlRunner(source, SqliteFile.Loggers, _clock);

        (await runner.QueryAsync($"SELECT {7}", row => row.GetInt32(0), Token).SingleAsync(Token)).ShouldBe(7);

        source.Knocks.ShouldBe(4);
        _clock.Waits.Count.ShouldBe(3);
        for (var i = 0; i < 3; i++)
        {
            _clock.Waits[i].ShouldBeInRange(SqlRunner.Pause * (1 << i), SqlRunner.Pause * (2 << i));
        }
    }

    [Fact]
    public async Task Connection_KeepsFailing_EndsAfterTheLastAttemptAndWorksOnceItIsThere()
    {
        await using var source = new Door(_file, shutFor: SqlRunner.Attempts);
        var runner = new SqlRunner(source, SqliteFile.Loggers, _clock);

        await Should.ThrowAsync<DbException>(runner.ExecuteAsync($"CREATE TABLE t (a)", Token));

        source.Knocks.ShouldBe(SqlRunner.Attempts);
        (await runner.ExecuteAsync($"CREATE TABLE t (a)", Token)).ShouldBe(0);
    }

    [Fact]
    public async Task Statement_IsRefused_IsSentOnce()
    {
        await using var source = new Door(_file, shutFor: 0);
        var runner = new SqlRunner(source, SqliteFile.Loggers, _clock);

        (await Should.ThrowAsync<SqliteException>(runner.ExecuteAsync($"SELECT * FROM nowhere", Token))).Message.ShouldContain("no such table: nowhere");

        source.Knocks.ShouldBe(1);
        _clock.Waits.ShouldBeEmpty();
    }

    [Fact]
    public async Task Cancelled_BetweenAttempts_EndsAtOnce()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var source = new Door(_file, shutFor: int.MaxValue) { Knocked = cancel.Cancel };
        var runner = new SqlRunner(source, SqliteFile.Loggers, TimeProvider.System);

        await Should.ThrowAsync<OperationCanceledException>(runner.ExecuteAsync($"SELECT 1", cancel.Token));

        source.Knocks.ShouldBe(1);
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Connections to the file, once so many have been refused as a server does that is not there yet.</summary>
    private sealed class Door(SqliteFile file, int shutFor) : DbDataSource
    {
        public int Knocks { get; private set; }

        public Action? Knocked { get; init; }

        public override string ConnectionString => $"Data Source={file.Path};Pooling=False";

        protected override DbConnection CreateDbConnection() => new SqliteConnection(ConnectionString);

        protected override async ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken)
        {
            Knocks++;
            Knocked?.Invoke();
            return Knocks > shutFor ? await base.OpenDbConnectionAsync(cancellationToken) : throw new Refused();
        }

        private sealed class Refused() : DbException("nobody listens", new SocketException((int)SocketError.ConnectionRefused));
    }

    /// <summary>A clock whose timers ring at once and are remembered.</summary>
    private sealed class HurriedClock : TimeProvider
    {
        public List<TimeSpan> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
