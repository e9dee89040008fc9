using System.Text.Json.Nodes;
using Kolumn.Sdk;
using Kolumn.Testing;
using static Kolumn.Testing.MigrationCalls;

namespace Kolumn.Providers.Sqlite.Tests.Functions;

/// <summary>Migrations of a real file.</summary>
public sealed class MigrationTests : MigrationContract, IDisposable
{
    private readonly SqliteFile _file = new();

    protected override string Ledger => "kolumn_migrations";

    public void Dispose() => _file.Dispose();

    protected override Task<CalledProvider> StartAsync() =>
        CalledProvider.ConfigureAsync(InProcessProvider.Create(SqliteProvider.Define()), new JsonObject { ["database"] = _file.Path });

    protected override Task RunAsync(string sql)
    {
        _file.Run(sql);
        return Task.CompletedTask;
    }

    protected override Task<IReadOnlyList<string?>> QueryAsync(string sql) =>
        Task.FromResult<IReadOnlyList<string?>>([.. _file.Rows(sql).Select(row => row == "NULL" ? null : row)]);

    protected override Task<IReadOnlyList<string?>> TablesAsync() => QueryAsync("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'kolumn!_%' ESCAPE '!' ORDER BY 1");

    protected override Task<IReadOnlyList<string?>> BackupsAsync() => QueryAsync("SELECT name FROM sqlite_master WHERE name LIKE 'kolumn!_backup!_%' ESCAPE '!'");
}
