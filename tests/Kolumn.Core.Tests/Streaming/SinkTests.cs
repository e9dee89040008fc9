using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Core.Streaming;
using Kolumn.Core.Tests.Support;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Core.Tests.Streaming;

public sealed class SinkTests
{
    private static readonly OutboxEvent Paid = new()
    {
        Position = 7,
        Id = "e1",
        AggregateType = "order",
        AggregateId = "1",
        Type = "OrderPaid",
        Topic = "shop",
        OrderKey = "1",
        Payload = """{"amount":12,"after":{"card":"4111","id":1}}""",
        CreatedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Signature_OfThePublishedExample_IsTheOneOfTheSpecification() =>
        new WebhookSignature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}"""u8)
            .ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

    [Theory]
    [InlineData("event", """{"id":"e1","aggregatetype":"order","aggregateid":"1","type":"OrderPaid","topic":"shop","key":"1","created_at":"2026-01-02T03:04:05Z","payload":{"amount":12,"after":{"card":"4111","id":1}}}""")]
    [InlineData("payload", """{"amount":12,"after":{"card":"4111","id":1}}""")]
    [InlineData("cloudevents", """{"specversion":"1.0","id":"e1","source":"/outbox/events","type":"order.OrderPaid","subject":"1","time":"2026-01-02T03:04:05Z","partitionkey":"1","topic":"shop","datacontenttype":"application/json","data":{"amount":12,"after":{"card":"4111","id":1}}}""")]
    public void Text_OfEachFormat_IsExact(string format, string expected) => Encoding.UTF8.GetString(EventText.Write(Paid, "events", format).Span).ShouldBe(expected);

    [Fact]
    public void Text_PayloadOfSeveralLines_IsOne() =>
        Encoding.UTF8.GetString(EventText.Write(Paid with { Payload = "{\n  \"a\": \"x\\ny\"\r\n}" }, "events", "payload").Span).ShouldBe("""{"a":"x\ny"}""");

    [Theory]
    [InlineData("""{"filter":{"type":["Order*"]}}""", true)]
    [InlineData("""{"filter":{"type":["Order"]}}""", false)]
    [InlineData("""{"filter":{"type":["Other","OrderPaid"],"topic":["shop"]}}""", true)]
    [InlineData("""{"filter":{"type":["OrderPaid"],"topic":["*"],"aggregatetype":["user"]}}""", false)]
    public void Route_Filter_TakesWhatMatchesEveryList(string config, bool expected) => StreamRoute.Read(JsonNode.Parse(config)!.AsObject()).Takes(Paid).ShouldBe(expected);

    [Fact]
    public void Route_Transform_TakesOutMembersAndNamesTheTopic()
    {
        var route = StreamRoute.Read(JsonNode.Parse("""{"transform":{"topic":"public","remove":["after.card","no.such.thing"]}}""")!.AsObject());

        route.Transform(Paid).ShouldBe(Paid with { Topic = "public", Payload = """{"amount":12,"after":{"id":1}}""" });
    }

    [Theory]
    [InlineData(1, 0, 500)]
    [InlineData(1, 1, 1000)]
    [InlineData(4, 1, 8000)]
    [InlineData(400, 1, 300_000)]
    public void Backoff_Doubles_UpToFiveMinutes(int failures, double jitter, double milliseconds) =>
        Backoff.Pause(TimeSpan.FromSeconds(1), failures, jitter).TotalMilliseconds.ShouldBe(milliseconds);

    [Theory]
    [InlineData("", "")]
    [InlineData("{\"whole\":1}\n", "{\"whole\":1}\n")]
    [InlineData("{\"whole\":1}\n{\"ha", "{\"whole\":1}\n")]
    [InlineData("{\"ha", "")]
    public async Task File_HalfALineAtItsEnd_IsCutOffAndWrittenOn(string before, string kept)
    {
        using var folder = new TemporaryDirectory();
        var path = Path.Combine(folder.Path, "events.jsonl");
        await File.WriteAllTextAsync(path, before, Token);

        await using (var sink = LineSink.ToFile(Settings(path)))
        {
            // Nobody else writes to it meanwhile.
            Should.Throw<IOException>(() => LineSink.ToFile(Settings(path)));
            var deliveries = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => sink.DeliverAsync("events", Paid, Token)));
            deliveries.ShouldAllBe(delivery => delivery.Succeeded);
        }

        var text = await File.ReadAllTextAsync(path, Token);
        text.ShouldStartWith(kept);
        text[kept.Length..].ShouldBe(string.Concat(Enumerable.Repeat("{\"amount\":12,\"after\":{\"card\":\"4111\",\"id\":1}}\n", 50)));
    }

    [Fact]
    public async Task File_LongPieceAtItsEnd_IsCutOffWhereTheLastLineEnds()
    {
        using var folder = new TemporaryDirectory();
        var path = Path.Combine(folder.Path, "events.jsonl");
        await File.WriteAllTextAsync(path, "1\n" + new string('x', 200_000), Token);

        await LineSink.ToFile(Settings(path)).DisposeAsync();

        (await File.ReadAllTextAsync(path, Token)).ShouldBe("1\n");
    }

    [Fact]
    public void Settings_VariableThatIsNotSet_IsNamedAndOthersAreSecrets()
    {
        var diagnostics = new DiagnosticList();
        var config = JsonNode.Parse("""{"name":"hook","type":"http","target":"https://${HOST}/","options":{"signing_key":"${KEY}"}}""")!.AsObject();

        SinkSettings.Read(config, name => name == "KEY" ? "secret" : null, diagnostics).ShouldBeNull();
        diagnostics.ToList().ShouldHaveSingleItem().Summary.ShouldBe("the environment variable HOST is not set");

        var settings = SinkSettings.Read(config, name => name == "KEY" ? "secret" : "example.com", new DiagnosticList())!;
        settings.Target.ShouldBe("https://example.com/");
        settings.Secrets.ShouldBe(["example.com", "secret"]);
    }

    private static SinkSettings Settings(string path) => new() { Name = "lines", Type = "file", Target = path, Format = "payload", BatchSize = 7, MaxAttempts = 1 };
}
