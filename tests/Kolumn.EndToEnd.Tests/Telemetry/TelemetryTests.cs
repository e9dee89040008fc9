namespace Kolumn.EndToEnd.Tests.Telemetry;

/// <summary>Traces and metrics of a command and the provider processes it starts, received by OTLP.</summary>
public sealed class TelemetryTests : IDisposable
{
    private readonly KolumnProject _project = new KolumnProject().CopyFrom("quickstart");

    public TelemetryTests() => Providers.Sqlite.Database.NativeSqlite.Require();

    [Fact]
    public async Task Apply_WithACollector_IsOneTraceThroughBothProcesses()
    {
        await using var collector = await OtlpReceiver.StartAsync(TestContext.Current.CancellationToken);
        await _project.ExpectAsync(0, "init");

        var run = await _project.KolumnAsync(
            new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" },
            "apply",
            "--auto-approve");

        run.ExitCode.ShouldBe(0, run.Errors);
        var spans = collector.Spans.ToList();
        spans.Select(s => s.TraceId).Distinct().Count().ShouldBe(1, string.Join("\n", spans.Select(s => $"{s.TraceId} {s.ParentId} {s.SpanId} {s.Name}")));
        var command = Single("kolumn apply");
        command.ParentId.ShouldBe("");
        Single("start sqlite").ParentId.ShouldBe(command.SpanId);
        var call = Single("sqlite Apply");
        call.ParentId.ShouldBe(command.SpanId);
        call.Text.ShouldContain("kolumn.request_id");
        var answer = Single("Apply");
        answer.ParentId.ShouldBe(call.SpanId);
        spans.Where(s => s.Name == "execute statements").ShouldNotBeEmpty();
        spans.Where(s => s.Name == "execute statements").ShouldAllBe(s => s.ParentId == answer.SpanId);
        collector.Metrics.ShouldContain("kolumn.provider.call.duration");
        collector.Metrics.ShouldContain("kolumn.provider.starts");

        ReceivedSpan Single(string name) => spans.Where(s => s.Name == name).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("OTEL_SDK_DISABLED", "true")]
    [InlineData("OTEL_TRACES_EXPORTER", "none")]
    public async Task Plan_TracesAreSwitchedOff_NoneAreSent(string variable, string value)
    {
        await using var collector = await OtlpReceiver.StartAsync(TestContext.Current.CancellationToken);
        await _project.ExpectAsync(0, "init");

        var run = await _project.KolumnAsync(
            new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf", [variable] = value }, "plan");

        run.ExitCode.ShouldBe(0, run.Errors);
        collector.Spans.ShouldBeEmpty();
        collector.Metrics.Contains("kolumn.provider.starts").ShouldBe(variable != "OTEL_SDK_DISABLED");
    }

    [Fact]
    public async Task Plan_CollectorDoesNotAnswer_CommandEndsAsIfThereWereNone()
    {
        await _project.ExpectAsync(0, "init");

        var run = await _project.KolumnAsync(new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9" }, "plan");

        run.ExitCode.ShouldBe(0, run.Errors);
        run.Output.ShouldContain("Kolumn will:");
        run.Errors.Trim().ShouldBe("");
    }

    public void Dispose() => _project.Dispose();
}
