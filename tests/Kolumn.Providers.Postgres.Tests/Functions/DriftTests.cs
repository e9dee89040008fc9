using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk;
using Kolumn.Testing;

namespace Kolumn.Providers.Postgres.Tests.Functions;

/// <summary>DetectDrift and ValidateState on a real server that somebody else changes.</summary>
public sealed class DriftTests(PostgresDatabases databases) : PostgresTest(databases)
{
    [Fact]
    public async Task Detect_ChangedBehindItsBack_NamesEveryDifference()
    {
        await using var provider = await CalledProvider.ConfigureAsync(InProcessProvider.Create(PostgresProvider.Define()), new JsonObject { ["url"] = Database.Url });
        await provider.CreateAsync("postgres_schema", "shop", "{}");
        await provider.CreateAsync("postgres_table", "users", """
            {"schema":"shop","columns":[
              {"name":"id","type":"int","identity":"always","primary_key":true},
              {"name":"email","type":"varchar(200)","nullable":false,"default":"nobody","comment":"where to write to"},
              {"name":"age","type":"int"}]}
            """);
        await provider.CreateAsync("postgres_index", "by_age", """{"table":"shop.users","columns":["age"]}""");
        await provider.CreateAsync("postgres_view", "mails", """{"schema":"shop","query":"select email from shop.users where age > 18"}""");
        (await DetectAsync(provider)).Resources.Select(r => r.Status).ShouldBe(["in_sync", "in_sync", "in_sync", "in_sync"]);

        await Database.ExecuteAsync(
            """
            DROP INDEX shop.by_age;
            ALTER TABLE shop.users ALTER email DROP DEFAULT, ADD nick text, ADD CONSTRAINT grown_up CHECK (age >= 18);
            COMMENT ON COLUMN shop.users.email IS NULL;
            CREATE TABLE shop.strange (a int)
            """,
            Token);
        var drift = await DetectAsync(provider, new DriftOptions { IncludeUnmanaged = true });

        drift.Success.ShouldBeTrue(drift.Error);
        drift.Resources.Where(r => r.Status != "in_sync").Select(r => $"{r.Address} {r.Status} {string.Join(", ", r.Changes.Select(c => $"{c.ChangeType} {c.Field} {c.Severity}"))}".Trim()).ShouldBe(
            [
                "postgres_table.users drifted removed columns.email.default high, removed columns.email.comment low, added columns.nick medium, added checks.grown_up medium",
                "postgres_index.by_age missing removed  critical",
                "postgres_schema.public unmanaged",
                "postgres_table.shop.strange unmanaged",
            ]);
        (await DetectAsync(provider, new DriftOptions { IgnoreFields = ["columns.*.comment", "columns.email.default", "columns.nick", "checks"] }))
            .Resources.Select(r => r.Status).ShouldBe(["in_sync", "in_sync", "missing", "in_sync"]);
        var validated = await provider.CallAsync<ValidateRequest, ValidateResponse>(FunctionNames.ValidateState, new ValidateRequest());
        validated.Errors.ShouldHaveSingleItem().Resource.ShouldBe("postgres_index.by_age");
        validated.Warnings.ShouldHaveSingleItem().Message.ShouldBe("it is not as recorded: columns.email.default, columns.email.comment, columns.nick, checks.grown_up");
    }

    [Fact]
    public async Task Detect_WithMetrics_TellsSizesWithoutCounting()
    {
        await using var provider = await CalledProvider.ConfigureAsync(InProcessProvider.Create(PostgresProvider.Define()), new JsonObject { ["url"] = Database.Url });
        await provider.CreateAsync("postgres_table", "t", """{"columns":[{"name":"id","type":"int"}]}""");
        await provider.CreateAsync("postgres_view", "v", """{"query":"SELECT id FROM t"}""");
        await Database.ExecuteAsync("INSERT INTO t SELECT generate_series(1, 7); CREATE TABLE u (id int); ANALYZE", Token);

        var drift = await DetectAsync(provider, new DriftOptions { IncludeMetrics = true, IncludeUnmanaged = true });

        drift.Error.ShouldBeNull();
        drift.Resources.Select(r => $"{r.Address} {r.Status} {r.Metadata?["metrics"]?["row_count"]} {r.Metadata?["metrics"]?["size_bytes"] is not null}").ShouldBe(
            ["postgres_table.t in_sync 7 True", "postgres_view.v in_sync  False", "postgres_table.public.u unmanaged 0 True", "postgres_schema.public unmanaged  False"], ignoreOrder: true);
        (await DetectAsync(provider)).Resources.ShouldAllBe(r => r.Metadata == null);
    }

    private static Task<DriftResponse> DetectAsync(CalledProvider provider, DriftOptions? options = null) =>
        provider.CallAsync<DriftRequest, DriftResponse>(FunctionNames.DetectDrift, new DriftRequest { Options = options });
}
