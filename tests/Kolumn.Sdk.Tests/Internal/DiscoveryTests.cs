using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Tests.Folders;

namespace Kolumn.Sdk.Tests.Internal;

public sealed class DiscoveryTests
{
    [Theory]
    [InlineData("", 2, "folder_note.a folder_note.b|folder_note.c folder_blob.a|folder_blob.b")]
    [InlineData("*", 5, "folder_note.a folder_note.b folder_note.c folder_blob.a folder_blob.b")]
    [InlineData("note", 1, "folder_note.a|folder_note.b|folder_note.c")]
    [InlineData("blob", 10000, "folder_blob.a folder_blob.b")]
    public async Task Discover_PageByPage_FindsEverythingOnce(string type, int limit, string expected)
    {
        await using var provider = await ThingsAsync();
        var pages = new List<string>();
        for (string? token = ""; token is not null;)
        {
            var page = await DiscoverAsync(provider, new DiscoverResourcesRequest { ResourceType = type, Limit = limit, PageToken = token });
            page.Success.ShouldBeTrue(page.Error);
            page.HasMore.ShouldBe(page.NextToken is not null);
            pages.Add(string.Join(' ', page.Resources.Select(r => $"{r.Type}.{r.Name}")));
            token = page.NextToken;
        }

        string.Join('|', pages).ShouldBe(expected);
    }

    [Fact]
    public async Task Discover_ThingsComeAndGoBetweenPages_NothingElseIsRepeatedOrHidden()
    {
        await using var provider = await ThingsAsync();
        var first = await DiscoverAsync(provider, new DiscoverResourcesRequest { ResourceType = "note", Limit = 2 });
        File.Delete(provider.FileOf("note", "b"));
        await provider.ApplyAsync(FolderProvider.Create("note", "0"));

        var second = await DiscoverAsync(provider, new DiscoverResourcesRequest { ResourceType = "note", Limit = 2, PageToken = first.NextToken });

        second.Resources.Select(r => r.Name).ShouldBe(["c"]);
        second.HasMore.ShouldBeFalse();
    }

    [Theory]
    [InlineData(0, null, "limit: 0 is no number of resources for one page. It is 1 to 10000; leave it out for everything at once.")]
    [InlineData(10001, null, "limit: 10001 is no number of resources for one page. It is 1 to 10000; leave it out for everything at once.")]
    [InlineData(1, "?", "page_token: the page_token is none of this resource_type. Send the next_token of the page before, with the same resource_type and filters.")]
    [InlineData(1, "YmxvYgph", "page_token: the page_token is none of this resource_type. Send the next_token of the page before, with the same resource_type and filters.")]
    public async Task Discover_PageThatCannotBe_IsRefused(int limit, string? token, string error)
    {
        await using var provider = await ThingsAsync();

        (await DiscoverAsync(provider, new DiscoverResourcesRequest { ResourceType = "note", Limit = limit, PageToken = token })).Error.ShouldBe(error);
    }

    [Fact]
    public async Task DiscoverDatabase_Everything_WithDependenciesAndSums()
    {
        await using var provider = await ThingsAsync();

        var all = await DatabaseAsync(provider, new DiscoverDatabaseRequest());
        var some = await DatabaseAsync(provider, new DiscoverDatabaseRequest { ObjectTypes = ["folder_blob"], MaxObjects = 1, IncludeSystem = true, SampleData = true });

        all.ProviderType.ShouldBe("folder");
        all.Diagnostics.ShouldBeNull();
        all.Objects.Select(o => $"{o.Type} {o.Name} {o.FullName} {string.Join(',', o.Dependencies ?? [])}".TrimEnd()).ShouldBe(
            ["folder_note a a", "folder_note b b folder_note.a", "folder_note c c folder_note.a,folder_note.b", "folder_blob a a", "folder_blob b b"]);
        all.Statistics.ShouldSatisfyAllConditions(
            s => s.TotalObjects.ShouldBe(5), s => s.ObjectCounts.ShouldBe(new Dictionary<string, int> { ["folder_note"] = 3, ["folder_blob"] = 2 }, ignoreOrder: true));
        some.Objects.ShouldHaveSingleItem().Type.ShouldBe("folder_blob");
        some.Statistics.TotalObjects.ShouldBe(2);
        some.Diagnostics!.Select(d => d.Summary).ShouldBe(["1 more objects exist", "objects of the database system are never read", "rows are never read"]);
        (await DatabaseAsync(provider, new DiscoverDatabaseRequest { ObjectTypes = ["notes"] })).Error!.ShouldStartWith("there is no resource type \"notes\"");
        (await DatabaseAsync(provider, new DiscoverDatabaseRequest { Schemas = ["nowhere"] })).Objects.ShouldBeEmpty();
    }

    [Fact]
    public async Task Introspect_OneObject_TellsItsDefinitionAndItsNeighbours()
    {
        await using var provider = await ThingsAsync();

        var about = await IntrospectAsync(provider, new IntrospectRequest { ResourceType = "note", Name = "b" });
        var little = await IntrospectAsync(provider, new IntrospectRequest { ResourceType = "note", ResourceId = "b", Options = new IntrospectOptions() });

        about.Success.ShouldBeTrue(about.Error);
        about.Definition!["name"]!.GetValue<string>().ShouldBe("b");
        about.Schema!.Attributes.Keys.ShouldContain("bytes");
        about.Metadata.ToJsonString().ShouldBe("""{"provider":"folder","resource_type":"folder_note","resource_id":"b"}""");
        about.Capabilities.ShouldNotBeNull().ShouldContain("discover");
        about.Relations!.Select(r => $"{r.RelationType} {r.ResourceType} {r.ResourceId}").ShouldBe(["depends_on folder_note a", "references folder_note c"]);
        little.ShouldSatisfyAllConditions(l => l.Schema.ShouldBeNull(), l => l.Relations.ShouldBeNull(), l => l.Metrics.ShouldBeNull(), l => l.Definition.ShouldNotBeNull());
    }

    [Fact]
    public async Task Introspect_TypeOrNothing_AnswersAsMuchAsThereIs()
    {
        await using var provider = await ThingsAsync();

        var type = await IntrospectAsync(provider, new IntrospectRequest { ResourceType = "folder_poem" });
        var missing = await IntrospectAsync(provider, new IntrospectRequest { ResourceType = "note", Name = "zzz" });
        var unknown = await IntrospectAsync(provider, new IntrospectRequest { ResourceType = "nte" });

        type.ShouldSatisfyAllConditions(t => t.Success.ShouldBeTrue(), t => t.Schema.ShouldNotBeNull(), t => t.Definition.ShouldBeNull());
        missing.Error.ShouldBe("folder_note.zzz: note zzz does not exist. DiscoverResources lists what does.");
        unknown.Error!.ShouldStartWith("there is no resource type \"nte\"");
    }

    private static async Task<FolderProvider> ThingsAsync()
    {
        var provider = await FolderProvider.ConfiguredAsync();
        var applied = await provider.ApplyAsync(
            FolderProvider.Create("note", "a"), FolderProvider.Create("note", "b", """{"after":["a"]}"""), FolderProvider.Create("note", "c", """{"after":["a","b"]}"""),
            FolderProvider.Create("blob", "a"), FolderProvider.Create("blob", "b"));
        applied.Success.ShouldBeTrue(applied.Error);
        return provider;
    }

    private static Task<DiscoverResourcesResponse> DiscoverAsync(FolderProvider provider, DiscoverResourcesRequest request) =>
        provider.CallAsync<DiscoverResourcesRequest, DiscoverResourcesResponse>(FunctionNames.DiscoverResources, request);

    private static Task<DiscoverDatabaseResponse> DatabaseAsync(FolderProvider provider, DiscoverDatabaseRequest request) =>
        provider.CallAsync<DiscoverDatabaseRequest, DiscoverDatabaseResponse>(FunctionNames.DiscoverDatabase, request);

    private static Task<IntrospectResponse> IntrospectAsync(FolderProvider provider, IntrospectRequest request) =>
        provider.CallAsync<IntrospectRequest, IntrospectResponse>(FunctionNames.Introspect, request);
}
