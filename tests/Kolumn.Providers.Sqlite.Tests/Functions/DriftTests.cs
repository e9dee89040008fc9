using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk;
using Kolumn.Testing;

namespace Kolumn.Providers.Sqlite.Tests.Functions;

/// <summary>DetectDrift and ValidateState on a real file that somebody else changes.</summary>
public sealed class DriftTests : IDisposable
{
    private readonly SqliteFile _file = new();

    [Fact]
    public async Task Detect_ChangedBehindItsBack_NamesEveryDifference()
    {
        await using var provider = await StartAsync();
        await provider.CreateAsync("sqlite_table", "users", """{"columns":[{"name":"id","type":"INTEGER","primary_key":true},{"name":"email","type":"TEXT","nullable":false},{"name":"age","type":"INTEGER"}]}""");
        await provider.CreateAsync("sqlite_index", "by_age", """{"table":"users","columns":["age"]}""");
        await provider.CreateAsync("sqlite_view", "mails", """{"query":"SELECT email FROM users"}""");
        (await DetectAsync(provider)).Resources.Select(r => r.Status).ShouldBe(["in_sync", "in_sync", "in_sync"]);

        _file.Run("DROP INDEX by_age; ALTER TABLE users DROP COLUMN age; ALTER TABLE users ADD COLUMN nick TEXT DEFAULT 'x'; DROP VIEW mails; CREATE VIEW mails AS SELECT lower(email) AS email FROM users; CREATE TABLE foreign_one (a)");
        var drift = await DetectAsync(provider, new DriftOptions { IncludeUnmanaged = true });

        drift.Success.ShouldBeTrue(drift.Error);
        drift.Resources.Select(r => $"{r.Address} {r.Status} {string.Join(", ", r.Changes.Select(c => $"{c.ChangeType} {c.Field} {c.Severity}"))}".Trim()).ShouldBe(
            [
                "sqlite_table.users drifted removed columns.age high, added columns.nick medium",
                "sqlite_index.by_age missing removed  critical",
                "sqlite_view.mails drifted modified query medium",
                "sqlite_table.foreign_one unmanaged",
            ]);
        var validated = await provider.CallAsync<ValidateRequest, ValidateResponse>(FunctionNames.ValidateState, new ValidateRequest());
        validated.Valid.ShouldBeFalse();
        validated.Errors.ShouldHaveSingleItem().Resource.ShouldBe("sqlite_index.by_age");
        validated.Warnings.Select(w => $"{w.Resource}: {w.Message}").ShouldBe(
            ["sqlite_table.users: it is not as recorded: columns.age, columns.nick", "sqlite_view.mails: it is not as recorded: query"]);
    }

    [Fact]
    public async Task Detect_StateOfAnotherProcess_IsComparedAfterSetState()
    {
        JsonObject recorded;
        await using (var first = await StartAsync())
        {
            recorded = await first.CreateAsync("sqlite_table", "t", """{"columns":[{"name":"id","type":"INTEGER"}]}""");
        }

        await using var second = await StartAsync();
        (await DetectAsync(second)).Resources.ShouldBeEmpty();
        var state = new ProviderState { Provider = "sqlite", Resources = [new ResourceInstance { Type = "sqlite_table", Name = "t", State = recorded }] };
        (await second.CallAsync<SetStateRequest, SetStateResponse>(FunctionNames.SetState, new SetStateRequest { State = state })).Success.ShouldBeTrue();
        (await DetectAsync(second)).Resources.ShouldHaveSingleItem().Status.ShouldBe("in_sync");

        _file.Run("ALTER TABLE t RENAME COLUMN id TO key");
        (await DetectAsync(second)).Resources.ShouldHaveSingleItem().Changes.Select(c => $"{c.ChangeType} {c.Field}").ShouldBe(["removed columns.id", "added columns.key"]);
    }

    [Fact]
    public async Task Detect_DamagedFile_FailsAsAWholeAndSaysSo()
    {
        await using var provider = await StartAsync();
        await provider.CreateAsync("sqlite_table", "t", """{"columns":[{"name":"id","type":"INTEGER"}]}""");
        _file.Run("PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = 'CREATE TABLE t (id INTEGER, \"' WHERE name = 't'");

        var drift = await DetectAsync(provider);

        drift.Success.ShouldBeFalse();
        drift.Code.ShouldBe("CONNECTION_ERROR");
        drift.Error!.ShouldContain("damaged");
    }

    public void Dispose() => _file.Dispose();

    private Task<CalledProvider> StartAsync() =>
        CalledProvider.ConfigureAsync(InProcessProvider.Create(SqliteProvider.Define()), new JsonObject { ["database"] = _file.Path });

    private static Task<DriftResponse> DetectAsync(CalledProvider provider, DriftOptions? options = null) =>
        provider.CallAsync<DriftRequest, DriftResponse>(FunctionNames.DetectDrift, new DriftRequest { Options = options });
}
