using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk;
using Kolumn.Testing;

namespace Kolumn.Providers.Postgres.Tests.Functions;

/// <summary>DiscoverDatabase, Introspect, pages and atomic batches on a real server.</summary>
public sealed class DiscoveryTests(PostgresDatabases databases) : PostgresTest(databases)
{
    [Fact]
    public async Task DiscoverDatabase_RealServer_TellsObjectsSizesAndRows()
    {
        await Database.ExecuteAsync(
            """
            CREATE SCHEMA shop; CREATE TABLE shop.users (id int PRIMARY KEY, email text); CREATE INDEX by_email ON shop.users (email);
            CREATE VIEW shop.mails AS SELECT email FROM shop.users;
            CREATE TABLE public.other (a int);
            INSERT INTO shop.users SELECT g, g::text FROM generate_series(1, 50) g; ANALYZE shop.users
            """,
            Token);
        await using var provider = await StartAsync();

        var found = await provider.CallAsync<DiscoverDatabaseRequest, DiscoverDatabaseResponse>(FunctionNames.DiscoverDatabase, new DiscoverDatabaseRequest { Schemas = ["shop"] });

        found.Success.ShouldBeTrue(found.Error);
        found.DatabaseName.ShouldBe(Database.Name);
        found.Objects.Select(o => $"{o.Type} {o.FullName}").ShouldBe(["postgres_schema shop", "postgres_table shop.users", "postgres_index shop.by_email", "postgres_view shop.mails"], ignoreOrder: true);
        found.Statistics.SchemasCovered.ShouldBe(["shop"]);
        found.Statistics.TotalSizeBytes!.Value.ShouldBeGreaterThan(0);
        var users = found.Objects.Single(o => o.FullName == "shop.users");
        users.Dependencies.ShouldBe(["postgres_schema.shop"]);
        users.Statistics.ShouldNotBeNull().ShouldSatisfyAllConditions(
            s => s.RowCount.ShouldBe(50), s => s.SizeBytes!.Value.ShouldBeGreaterThan(0), s => s.IndexSizeBytes!.Value.ShouldBeGreaterThan(0), s => s.LastAnalyzed.ShouldNotBeNull());
    }

    [Fact]
    public async Task Introspect_RealServer_TellsNeighbours()
    {
        await Database.ExecuteAsync("CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE orders (id int, u int REFERENCES users); CREATE INDEX by_u ON orders (u)", Token);
        await using var provider = await StartAsync();

        var table = await provider.CallAsync<IntrospectRequest, IntrospectResponse>(FunctionNames.Introspect, new IntrospectRequest { ResourceType = "table", Name = "orders" });
        var schema = await provider.CallAsync<IntrospectRequest, IntrospectResponse>(FunctionNames.Introspect, new IntrospectRequest { ResourceType = "schema", ResourceId = "public" });

        table.Success.ShouldBeTrue(table.Error);
        table.Relations!.Select(r => $"{r.RelationType} {r.ResourceType} {r.ResourceId}").ShouldBe(
            ["depends_on postgres_schema public", "depends_on postgres_table public.users", "references postgres_index public.by_u"], ignoreOrder: true);
        schema.Relations!.Where(r => r.RelationType == "contains").Select(r => r.ResourceId).ShouldBe(["public.orders", "public.users", "public.by_u"], ignoreOrder: true);
    }

    [Fact]
    public async Task Discover_PageByPage_FindsEverythingOnce()
    {
        await Database.ExecuteAsync("CREATE TABLE a (i int); CREATE TABLE b (i int); CREATE TABLE c (i int)", Token);
        await using var provider = await StartAsync();
        var found = new List<string>();
        for (string? token = ""; token is not null;)
        {
            var page = await provider.CallAsync<DiscoverResourcesRequest, DiscoverResourcesResponse>(
                FunctionNames.DiscoverResources, new DiscoverResourcesRequest { ResourceType = "*", Limit = 3, PageToken = token });
            page.Success.ShouldBeTrue(page.Error);
            page.Resources.Count.ShouldBeLessThanOrEqualTo(3);
            found.AddRange(page.Resources.Select(r => $"{r.Type}.{r.Name}"));
            token = page.NextToken;
        }

        found.ShouldBe(["postgres_schema.public", "postgres_table.a", "postgres_table.b", "postgres_table.c"], ignoreOrder: true);
    }

    [Fact]
    public async Task Batch_Atomic_LeavesNothingOfAFailure()
    {
        await using var provider = await StartAsync();
        BatchStep Table(string name, string type) => new()
        {
            Function = "CreateResource",
            Input = new JsonObject { ["resource_type"] = "table", ["name"] = name, ["config"] = JsonNode.Parse($$"""{"columns":[{"name":"id","type":"{{type}}"}]}""") },
        };

        var failed = await provider.CallAsync<BatchRequest, BatchResponse>(
            FunctionNames.BatchOperation, new BatchRequest { Mode = BatchModes.Atomic, Operations = [Table("a", "int"), Table("b", "no_such_type")] });
        var done = await provider.CallAsync<BatchRequest, BatchResponse>(
            FunctionNames.BatchOperation, new BatchRequest { Mode = BatchModes.Atomic, Operations = [Table("c", "int"), Table("d", "text")] });

        failed.ShouldSatisfyAllConditions(f => f.RolledBack.ShouldBeTrue(), f => f.Results[0].Error.ShouldBe("rolled back because operation 1 failed"), f => f.Results[1].Error!.ShouldContain("no_such_type"));
        done.Success.ShouldBeTrue(done.Error);
        (await Database.QueryAsync("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1", Token)).ShouldBe(["c", "d"]);
    }

    private Task<CalledProvider> StartAsync() =>
        CalledProvider.ConfigureAsync(InProcessProvider.Create(PostgresProvider.Define()), new JsonObject { ["url"] = Database.Url });
}
