using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk;
using Kolumn.Testing;
using static Kolumn.Testing.AuditContract;

namespace Kolumn.Providers.Postgres.Tests.Functions;

/// <summary>The audit table of a real database.</summary>
[Collection(OwnServer.Name)]
public sealed class AuditTests(OwnPostgresServer server) : PostgresTest(server)
{
    [Fact]
    public async Task Log_ChangesFailuresPagesAndFilters_AreExact()
    {
        await using var provider = await StartAsync(Database.Url);
        await AuditContract.CheckAsync(provider, "postgres_table", """{"columns":[{"name":"id","type":"int","default":"no_such_function()"}]}""", "42883");
    }

    [Fact]
    public async Task AuditTable_IsNobodysBusiness()
    {
        await using var provider = await StartAsync(Database.Url);
        (await AuditContract.ReadAsync(provider, new AuditRequest())).Entries.ShouldBeEmpty();
        await provider.CreateAsync("postgres_table", "t", OneColumn);

        (await Database.QueryAsync("SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('public', '_kolumn') ORDER BY 1", Token)).ShouldBe(["_kolumn.audit_log", "public.t"]);
        (await provider.CallAsync<DiscoverResourcesRequest, DiscoverResourcesResponse>(FunctionNames.DiscoverResources, new DiscoverResourcesRequest()))
            .Resources.Select(r => $"{r.Type} {r.Name}").ShouldBe(["postgres_schema public", "postgres_table t"]);
        var drift = await provider.CallAsync<DriftRequest, DriftResponse>(FunctionNames.DetectDrift, new DriftRequest { Options = new DriftOptions { IncludeUnmanaged = true } });
        drift.Resources.Select(r => r.Address).ShouldBe(["postgres_table.t", "postgres_schema.public"]);
        (await TryCreateAsync(provider, "x", """{"schema":"_kolumn","columns":[{"name":"id","type":"int"}]}""")).Error.ShouldBe("postgres_table.x: table _kolumn.x is Kolumn's own. Choose another name.");
    }

    [Fact]
    public async Task Role_ThatMayNotMakeASchema_IsWarnedUntilThereIsOne()
    {
        var role = $"{Database.Name}_guest";
        await Database.ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD 'guest-pw'; GRANT CREATE ON SCHEMA public TO {role}", Token);
        try
        {
            await using var provider = await StartAsync(Database.Url, role);
            var warned = await TryCreateAsync(provider, "a", OneColumn);
            warned.Success.ShouldBeTrue(warned.Error);
            warned.Diagnostics!.ShouldHaveSingleItem().Summary.ShouldBe($"changes are not recorded: role {role} may not create the schema _kolumn");

            await Database.ExecuteAsync($"CREATE SCHEMA _kolumn AUTHORIZATION {role}", Token);
            (await TryCreateAsync(provider, "b", OneColumn)).Diagnostics.ShouldBeNull();
            (await AuditContract.ReadAsync(provider, new AuditRequest())).Entries.ShouldHaveSingleItem().Target.ShouldBe("postgres_table.b");

            await Database.ExecuteAsync($"REVOKE INSERT ON _kolumn.audit_log FROM {role}", Token);
            var refused = await TryCreateAsync(provider, "c", OneColumn);
            refused.Error!.ShouldStartWith("the audit entry could not be written: ");
            (await TryCreateAsync(provider, "c", OneColumn)).Diagnostics!.ShouldHaveSingleItem().Summary.ShouldBe($"changes are not recorded: role {role} may not write to _kolumn.audit_log");
        }
        finally
        {
            await Database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}", Token);
        }
    }

    private static Task<CalledProvider> StartAsync(string url, string? role = null)
    {
        var config = new JsonObject { ["url"] = url };
        if (role is not null)
        {
            (config["username"], config["password"]) = (role, "guest-pw");
        }

        return CalledProvider.ConfigureAsync(InProcessProvider.Create(PostgresProvider.Define()), config);
    }

    private static Task<CreateResourceResponse> TryCreateAsync(CalledProvider provider, string name, string config) => AuditContract.TryCreateAsync(provider, "postgres_table", name, config);
}
