using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk;
using Kolumn.Testing;

namespace Kolumn.Providers.Sqlite.Tests.Functions;

/// <summary>The audit table of a real file.</summary>
public sealed class AuditTests : IDisposable
{
    private readonly SqliteFile _file = new();

    [Fact]
    public async Task Changes_OfSeveralProcesses_AreAllInTheLog()
    {
        await using (var first = await StartAsync())
        {
            await first.CreateAsync("sqlite_table", "users", """{"columns":[{"name":"id","type":"INTEGER"},{"name":"it's","type":"TEXT"}]}""");
        }

        await using var second = await StartAsync();
        await second.CreateAsync("sqlite_index", "by_id", """{"table":"users","columns":["id"]}""");
        var refused = await second.CallAsync<CreateResourceRequest, CreateResourceResponse>(FunctionNames.CreateResource, new CreateResourceRequest
        {
            ResourceType = "sqlite_view",
            Name = "broken",
            Config = (JsonObject)JsonNode.Parse("""{"query":"SELECT no_such_column FROM users"}""")!,
        });

        refused.Success.ShouldBeFalse();
        var log = await ReadAsync(second, new AuditRequest());
        log.Success.ShouldBeTrue(log.Error);
        log.Entries.Select(e => $"{e.Action} {e.Target} {e.Outcome}").ShouldBe(
            ["create sqlite_view.broken failure", "create sqlite_index.by_id success", "create sqlite_table.users success"]);
        log.Entries[0].Details["error"]!.GetValue<string>().ShouldContain("no_such_column");
        log.Entries[2].Details["changes"]!.ToJsonString().ShouldBe("""["name","columns.id","columns[\u0022it\u0027s\u0022]"]""");
        log.Entries[2].Timestamp.ShouldBeInRange(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task Log_PagesAndFilters_AreExact()
    {
        await using var provider = await StartAsync();
        var resources = Enumerable.Range(0, 5).Select(i => new PlanResource
        {
            ResourceType = "sqlite_table",
            Name = $"t{i}",
            Action = ResourceActions.Create,
            Config = (JsonObject)JsonNode.Parse("""{"columns":[{"name":"id"}]}""")!,
        });
        (await provider.CallAsync<PlanRequest, ApplyResponse>(FunctionNames.Apply, new PlanRequest { Resources = [.. resources] })).Success.ShouldBeTrue();
        var moment = DateTimeOffset.UtcNow;
        (await provider.CallAsync<DeleteResourceRequest, DeleteResourceResponse>(FunctionNames.DeleteResource, new DeleteResourceRequest { ResourceType = "table", Name = "t2" })).Success.ShouldBeTrue();

        var first = await ReadAsync(provider, new AuditRequest { Limit = 4 });
        var rest = await ReadAsync(provider, new AuditRequest { Limit = 4, PageToken = first.NextToken });

        first.Entries.Select(e => e.Target).ShouldBe(["sqlite_table.t2", "sqlite_table.t4", "sqlite_table.t3", "sqlite_table.t2"]);
        rest.Entries.Select(e => e.Target).ShouldBe(["sqlite_table.t1", "sqlite_table.t0"]);
        rest.HasMore.ShouldBeFalse();
        (await ReadAsync(provider, new AuditRequest { ResourceType = "table", Name = "t2" })).Entries.Select(e => e.Action).ShouldBe(["delete", "create"]);
        (await ReadAsync(provider, new AuditRequest { Since = moment })).Entries.ShouldHaveSingleItem().Action.ShouldBe("delete");
        (await ReadAsync(provider, new AuditRequest { Until = moment, Action = "delete" })).Entries.ShouldBeEmpty();
        (await ReadAsync(provider, new AuditRequest { Actor = Environment.UserName, Outcome = "success" })).Entries.Count.ShouldBe(6);
        (await ReadAsync(provider, new AuditRequest { Actor = "' OR 1 = 1 --" })).Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task AuditTable_IsNobodysBusiness()
    {
        await using var provider = await StartAsync();
        await provider.CreateAsync("sqlite_table", "t", """{"columns":[{"name":"id"}]}""");

        _file.Rows("SELECT name FROM sqlite_master ORDER BY 1").ShouldBe(["kolumn_audit_log", "t"]);
        (await provider.CallAsync<DiscoverResourcesRequest, DiscoverResourcesResponse>(FunctionNames.DiscoverResources, new DiscoverResourcesRequest()))
            .Resources.Select(r => r.Name).ShouldBe(["t"]);
        var drift = await provider.CallAsync<DriftRequest, DriftResponse>(FunctionNames.DetectDrift, new DriftRequest { Options = new DriftOptions { IncludeUnmanaged = true } });
        drift.Resources.ShouldHaveSingleItem().Status.ShouldBe("in_sync");
        var taken = await provider.CallAsync<CreateResourceRequest, CreateResourceResponse>(FunctionNames.CreateResource, new CreateResourceRequest
        {
            ResourceType = "sqlite_table",
            Name = "KOLUMN_audit_log",
            Config = (JsonObject)JsonNode.Parse("""{"columns":[{"name":"id"}]}""")!,
        });
        taken.Error.ShouldBe("sqlite_table.KOLUMN_audit_log: table kolumn_audit_log is Kolumn's own. Choose another name.");
    }

    [Fact]
    public async Task AuditTable_TakenAway_IsMadeAgainByTheNextCall()
    {
        await using var provider = await StartAsync();
        await provider.CreateAsync("sqlite_table", "a", """{"columns":[{"name":"id"}]}""");
        _file.Run("DROP TABLE kolumn_audit_log");

        var refused = await provider.CallAsync<CreateResourceRequest, CreateResourceResponse>(FunctionNames.CreateResource, new CreateResourceRequest
        {
            ResourceType = "sqlite_table",
            Name = "b",
            Config = (JsonObject)JsonNode.Parse("""{"columns":[{"name":"id"}]}""")!,
        });

        refused.Error!.ShouldStartWith("the audit entry could not be written: SQLite refuses: no such table: kolumn_audit_log");
        await provider.CreateAsync("sqlite_table", "b", """{"columns":[{"name":"id"}]}""");
        (await ReadAsync(provider, new AuditRequest { Outcome = "success" })).Entries.ShouldHaveSingleItem().Target.ShouldBe("sqlite_table.b");
    }

    public void Dispose() => _file.Dispose();

    private Task<CalledProvider> StartAsync() =>
        CalledProvider.ConfigureAsync(InProcessProvider.Create(SqliteProvider.Define()), new JsonObject { ["database"] = _file.Path });

    private static Task<AuditResponse> ReadAsync(CalledProvider provider, AuditRequest request) =>
        provider.CallAsync<AuditRequest, AuditResponse>(FunctionNames.GetAuditLog, request);
}
