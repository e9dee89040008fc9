using Kolumn.Testing;
using Microsoft.Data.Sqlite;

namespace Kolumn.EndToEnd.Tests.Commands;

/// <summary>Ctrl-C during an apply to three databases: the first is done, the second is locked by somebody else, the third is still to come.</summary>
public sealed class InterruptionTests : IDisposable
{
    private const string Configuration = """
        provider "sqlite" {
          database = "first.db"
        }
        provider "sqlite" "second" {
          database             = "second.db"
          busy_timeout_seconds = 60
        }
        provider "sqlite" "third" {
          database = "third.db"
        }
        create "sqlite_table" "a" {
          column "id" {
            type = "INTEGER"
          }
        }
        create "sqlite_table" "b" {
          provider   = sqlite.second
          depends_on = [sqlite_table.a]
          column "id" {
            type = "INTEGER"
          }
        }
        create "sqlite_table" "c" {
          provider   = sqlite.third
          depends_on = [sqlite_table.b]
          column "id" {
            type = "INTEGER"
          }
        }

        """;

    private readonly KolumnProject _project = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public InterruptionTests()
    {
        Providers.Sqlite.Database.NativeSqlite.Require();
        Kolumn.Testing.Signals.RequireInterrupts();
    }

    [Fact]
    public async Task Interrupt_Once_WhatHasBegunIsFinishedAndNothingElseIsBegun()
    {
        await InitAsync();
        var held = await LockSecondAsync();
        await using (var apply = await ApplyUntilTheSecondAsync())
        {
            apply.InterruptIt();
            await apply.SaysAsync("Stopping as soon as it is safe", Token);
            await held.DisposeAsync();

            (await apply.ExitCodeAsync(Token)).ShouldBe(130, apply.Said);
            apply.Said.ShouldContain("sqlite_table.b: Created");
            apply.Said.ShouldContain("Error: Cancelled");
            apply.Said.ShouldNotContain("   at ");
        }

        (Tables("first.db"), Tables("second.db"), Tables("third.db")).ShouldBe(("a", "b", ""));
        (await _project.ExpectAsync(0, "state", "list")).Trim().ShouldBe("sqlite_table.a\nsqlite_table.b");
        await AssertTheRestIsMadeAsync(1);
    }

    [Fact]
    public async Task Interrupt_Twice_EndsAtOnceAndTheNextCommandWorks()
    {
        await InitAsync();
        await using (await LockSecondAsync())
        {
            await using var apply = await ApplyUntilTheSecondAsync();
            var providers = apply.Providers();
            providers.ShouldNotBeEmpty();

            // The first Ctrl-C has somebody to wait for.
            apply.FreezeProviders();
            apply.InterruptIt();
            await apply.SaysAsync("Stopping as soon as it is safe", Token);
            apply.InterruptIt();

            (await apply.ExitCodeAsync(Token)).ShouldBe(130, apply.Said);
            apply.Said.ShouldNotContain("   at ");
            await GoneAsync(providers);
        }

        (Tables("first.db"), Tables("second.db"), Tables("third.db")).ShouldBe(("a", "", ""));
        await AssertTheRestIsMadeAsync(2);
    }

    public void Dispose() => _project.Dispose();

    private async Task InitAsync()
    {
        _project.Write("main.kl", Configuration);
        await _project.ExpectAsync(0, "init");
    }

    private async Task<RunningKolumn> ApplyUntilTheSecondAsync()
    {
        var apply = _project.Start("apply", "--auto-approve");
        await apply.SaysAsync("sqlite_table.a: ", Token);
        await Eventually.IsSoAsync(() => IsAnnounced("sqlite_table.b"), Token);
        return apply;
    }

    /// <summary>The journal says what is about to be changed before a provider is asked to.</summary>
    private bool IsAnnounced(string address)
    {
        using var journal = new FileStream(_project.File(".kolumn/state.journal"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return new StreamReader(journal).ReadToEnd().Contains($"\"{address}\"", StringComparison.Ordinal);
    }

    private async Task AssertTheRestIsMadeAsync(int missing)
    {
        (await _project.ExpectAsync(2, "plan", "--detailed-exitcode")).ShouldContain($"Plan: {missing} to create, 0 to change, 0 to destroy.");
        (await _project.ExpectAsync(0, "apply", "--auto-approve")).ShouldContain($"{missing} added");
        await _project.ExpectAsync(0, "plan", "--detailed-exitcode");
        (Tables("first.db"), Tables("second.db"), Tables("third.db")).ShouldBe(("a", "b", "c"));
    }

    /// <summary>A provider notices by its lifeline that its host is gone, or its guard does; one that is stopped is killed all the same.</summary>
    private static async Task GoneAsync(IReadOnlyList<int> processes)
    {
        foreach (var process in processes)
        {
            await Eventually.IsSoAsync(() => !RunningKolumn.IsAlive(process), Token);
        }
    }

    private async Task<SqliteConnection> LockSecondAsync()
    {
        var connection = new SqliteConnection($"Data Source={_project.File("second.db")};Pooling=False");
        await connection.OpenAsync(Token);
        using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync(Token);
        return connection;
    }

    private string Tables(string database)
    {
        using var connection = new SqliteConnection($"Data Source={_project.File(database)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'kolumn_audit_log'";
        using var reader = command.ExecuteReader();
        var tables = new List<string>();
        while (reader.Read())
        {
            tables.Add(reader.GetString(0));
        }

        return string.Join(' ', tables);
    }
}
