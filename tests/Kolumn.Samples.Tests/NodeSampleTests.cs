namespace Kolumn.Samples.Tests;

/// <summary>samples/node: strings and hashes of a Redis server.</summary>
public sealed class NodeSampleTests : SampleContract, IAsyncDisposable
{
    private RedisServer? _server;

    private protected override Sample Sample => Sample.Node;

    private protected override string Expected => "hash shop:limits: currency EUR orders_per_day 3\nstring shop:motto: Buy nothing you do not need";

    private protected override (string Old, string New, string Said) Mistake => ("  value =", "  vlaue =", "Did you mean \"value\"?");

    [Fact]
    public async Task Apply_KeyThatSomebodyElseHolds_IsRefusedAndTheKeyStays()
    {
        using var project = await SampleProject.OfAsync(Sample, Token);
        await PrepareAsync(project);
        await _server!.RunAsync("RPUSH", "shop:motto", "a", "b");
        await project.ExpectAsync(0, "init");

        var refused = await project.ExpectAsync(1, "apply", "--auto-approve");

        refused.ShouldContain("the key shop:motto holds a list already");
        (await _server.RunAsync("LRANGE", "shop:motto", "0", "-1")).ShouldBe("a\nb");
        (await _server.RunAsync("HGET", "shop:limits", "currency")).ShouldBe("EUR", "What does not depend on the failure is made.");
    }

    [Fact]
    public async Task Discover_ForeignKeys_StayOutside()
    {
        using var project = await SampleProject.OfAsync(Sample, Token);
        await PrepareAsync(project);
        await project.ExpectAsync(0, "init");
        await _server!.RunAsync("SET", "shop:open", "yes");
        await _server.RunAsync("SET", "bank:balance", "0");

        await project.ExpectAsync(0, "discover", "--out", "found");

        File.ReadAllText(project.FileOf("found/strings.kl")).ReplaceLineEndings("\n").ShouldBe("create \"redis_string\" \"open\" {\n  value = \"yes\"\n}\n");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private protected override async Task PrepareAsync(SampleProject project)
    {
        _server = await RedisServer.StartAsync(Token);
        project.Environment["REDIS_URL"] = $"unix://{_server.Socket}";
    }

    private protected override async Task<string> LookAsync(SampleProject project)
    {
        var lines = new List<string>();
        foreach (var key in (await _server!.RunAsync("KEYS", "*")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal))
        {
            var type = await _server.RunAsync("TYPE", key);
            var content = type == "hash"
                ? string.Join(' ', (await _server.RunAsync("HGETALL", key)).Split('\n').Chunk(2).OrderBy(pair => pair[0], StringComparer.Ordinal).Select(pair => string.Join(' ', pair)))
                : await _server.RunAsync("GET", key);
            lines.Add($"{type} {key}: {content}");
        }

        return string.Join('\n', lines);
    }

    private protected override Task TamperAsync(SampleProject project) => _server!.RunAsync("HSET", "shop:limits", "currency", "DM");
}
