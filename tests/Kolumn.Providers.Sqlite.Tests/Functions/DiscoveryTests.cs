using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk;
using Kolumn.Testing;

namespace Kolumn.Providers.Sqlite.Tests.Functions;

/// <summary>DiscoverDatabase, Introspect and atomic batches on a real file.</summary>
public sealed class DiscoveryTests : IDisposable
{
    private readonly SqliteFile _file = new();

    [Fact]
    public async Task DiscoverDatabase_RealFile_TellsObjectsSizesAndRows()
    {
        _file.Run(
            """
            CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT); CREATE INDEX by_email ON users (email); CREATE INDEX some ON users (email) WHERE id < 2;
            CREATE VIEW mails AS SELECT email FROM users;
            INSERT INTO users (email) VALUES ('a'), ('b'), ('c'); ANALYZE
            """);
        await using var provider = await StartAsync();

        var found = await provider.CallAsync<DiscoverDatabaseRequest, DiscoverDatabaseResponse>(FunctionNames.DiscoverDatabase, new DiscoverDatabaseRequest());

        found.Success.ShouldBeTrue(found.Error);
        found.DatabaseName.ShouldBe("test.db");
        found.Objects.Select(o => $"{o.Type} {o.FullName} {o.Statistics?.RowCount} {string.Join(',', o.Dependencies ?? [])}".TrimEnd()).ShouldBe(
            ["sqlite_table users 3", "sqlite_view mails  sqlite_table.users", "sqlite_index by_email  sqlite_table.users", "sqlite_index some  sqlite_table.users"]);
        found.Statistics.TotalSizeBytes.ShouldBe(new FileInfo(_file.Path).Length);
        var about = await provider.CallAsync<IntrospectRequest, IntrospectResponse>(FunctionNames.Introspect, new IntrospectRequest { ResourceType = "table", Name = "users" });
        about.Metrics!.RowCount.ShouldBe(3);
        about.Relations!.Select(r => $"{r.RelationType} {r.ResourceType} {r.ResourceId}").ShouldBe(
            ["references sqlite_view mails", "references sqlite_index by_email", "references sqlite_index some"]);
    }

    [Fact]
    public async Task Batch_Atomic_LeavesNothingOfAFailure()
    {
        await using var provider = await StartAsync();
        JsonObject Table(string name) => new() { ["resource_type"] = "table", ["name"] = name, ["config"] = JsonNode.Parse("""{"columns":[{"name":"id"}]}""") };
        var broken = new JsonObject { ["resource_type"] = "view", ["name"] = "v", ["config"] = JsonNode.Parse("""{"query":"SELECT nope FROM a"}""") };
        var request = new BatchRequest
        {
            Mode = BatchModes.Atomic,
            Operations = [new BatchStep { Function = "CreateResource", Input = Table("a") }, new BatchStep { Function = "CreateResource", Input = broken }],
        };

        var failed = await provider.CallAsync<BatchRequest, BatchResponse>(FunctionNames.BatchOperation, request);
        var done = await provider.CallAsync<BatchRequest, BatchResponse>(
            FunctionNames.BatchOperation, request with { Operations = [request.Operations[0], new BatchStep { Function = "CreateResource", Input = Table("b") }] });

        failed.ShouldSatisfyAllConditions(f => f.RolledBack.ShouldBeTrue(), f => f.Results.ShouldAllBe(r => !r.Success));
        failed.Results[1].Error!.ShouldContain("nope");
        done.Success.ShouldBeTrue(done.Error);
        _file.Rows("SELECT name FROM sqlite_master WHERE name <> 'kolumn_audit_log' ORDER BY 1").ShouldBe(["a", "b"]);
    }

    public void Dispose() => _file.Dispose();

    private Task<CalledProvider> StartAsync() =>
        CalledProvider.ConfigureAsync(InProcessProvider.Create(SqliteProvider.Define()), new JsonObject { ["database"] = _file.Path });
}
