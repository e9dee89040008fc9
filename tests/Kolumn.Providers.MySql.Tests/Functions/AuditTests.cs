using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk;
using Kolumn.Servers;
using Kolumn.Testing;
using static Kolumn.Testing.AuditContract;

namespace Kolumn.Providers.MySql.Tests.Functions;

/// <summary>The audit table of a real database.</summary>
public sealed class AuditTests(MariaDbDatabases databases) : MySqlTest(databases)
{
    [Fact]
    public async Task Log_ChangesFailuresPagesAndFilters_AreExact()
    {
        await using var provider = await StartAsync(Database.Parts);
        await AuditContract.CheckAsync(provider, "mysql_table", """{"columns":[{"name":"id","type":"nosuchtype"}]}""", "4161 (HY000)");
    }

    [Fact]
    public async Task AuditTable_IsNobodysBusiness()
    {
        await using var provider = await StartAsync(Database.Parts);
        await provider.CreateAsync("mysql_table", "t", OneColumn);

        (await Database.QueryAsync("SELECT table_name FROM information_schema.tables WHERE table_schema = database() ORDER BY 1", Token)).ShouldBe(["t", "_kolumn_audit_log"]);
        (await provider.CallAsync<DiscoverResourcesRequest, DiscoverResourcesResponse>(FunctionNames.DiscoverResources, new DiscoverResourcesRequest { ResourceType = "table" }))
            .Resources.Select(r => r.Name).ShouldBe(["t"]);
        (await TryCreateAsync(provider, "_kolumn_audit_log", OneColumn)).Error!.ShouldContain("is Kolumn's own. Choose another name.");
    }

    [Fact]
    public async Task ConnectionWithoutADatabase_RecordsInOneOfItsOwn()
    {
        await using var provider = await StartAsync(Database.Parts with { Database = "" });

        await provider.CreateAsync("mysql_table", "elsewhere", $$"""{"schema":"{{Database.Name}}","columns":[{"name":"id","type":"int"}]}""");

        (await ReadAsync(provider, new AuditRequest { Name = "elsewhere", Limit = 1 })).Entries.ShouldHaveSingleItem().Details["identity"]!.GetValue<string>().ShouldBe($"{Database.Name}.elsewhere");
        (await Database.QueryAsync("SELECT count(*) FROM information_schema.tables WHERE table_schema = '_kolumn' AND table_name = 'audit_log'", Token)).ShouldBe(["1"]);
    }

    [Fact]
    public async Task UserThatMayNotWriteIt_IsWarnedAndTheChangeStands()
    {
        var guest = $"{Database.Name}_guest";
        await using (var owner = await StartAsync(Database.Parts))
        {
            await owner.CreateAsync("mysql_table", "a", OneColumn);
        }

        await Database.ExecuteAsync(
            $"""
            CREATE USER {guest}@'%' IDENTIFIED BY 'guest-pw'; GRANT CREATE, SELECT, DROP ON {Database.Name}.* TO {guest}@'%'; GRANT ALL ON `\_kolumn\_scratch\_%`.* TO {guest}@'%'
            """,
            Token);
        try
        {
            await using var provider = await StartAsync(Database.Parts with { User = guest, Password = "guest-pw" });

            var warned = await TryCreateAsync(provider, "b", OneColumn);

            warned.Success.ShouldBeTrue(warned.Error);
            warned.Diagnostics!.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
                d => d.Severity.ShouldBe(Severity.Warning), d => d.Summary.ShouldStartWith("the audit entry could not be written: MySQL refused: INSERT command denied"),
                d => d.Detail!.ShouldStartWith("What was changed stays changed. The user"));
            (await ReadAsync(provider, new AuditRequest())).Entries.ShouldHaveSingleItem().Target.ShouldBe("mysql_table.a");
        }
        finally
        {
            await Database.ExecuteAsync($"DROP USER {guest}@'%'", Token);
        }
    }

    private static Task<CalledProvider> StartAsync(MariaDbUrl place) =>
        CalledProvider.ConfigureAsync(InProcessProvider.Create(MySqlProvider.Define()), new JsonObject { ["url"] = place.ToString() });

    private static Task<CreateResourceResponse> TryCreateAsync(CalledProvider provider, string name, string config) => AuditContract.TryCreateAsync(provider, "mysql_table", name, config);
}
