using System.Diagnostics;
using System.Text.Json.Nodes;
using Kolumn.Host.Launching;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Microsoft.Extensions.Logging;

namespace Kolumn.Host.Tests;

public sealed class CallTests
{
    private static readonly ReadOnlyMemory<byte> NoInput = "{}"u8.ToArray();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, int?, int?> Crashes => new()
    {
        { "exit:0", 0, null },
        { "exit:7", 7, null },
        { "signal:9", null, 9 },
        { "signal:6", null, 6 },
        { "stack", null, 6 },
    };

    [Theory]
    [MemberData(nameof(Crashes))]
    public async Task Call_ProviderCrashes_EveryReadFailsOnceWithTheCrash(string how, int? code, int? signal)
    {
        await using var chaos = new ChaosHost($"on-Ping={how}", o => o with { CrashLimit = 1 });
        await using var provider = await chaos.StartAsync();
        var waiting = Enumerable.Range(0, 20).Select(i => FailAsync(provider, i == 0 ? "Ping" : "Ping")).ToList();

        var failures = await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(10), Token);

        // The budget of one crash is spent, so that nothing is sent again: a retried read meets the crash loop.
        failures.ShouldAllBe(f => f.Reason == PluginFailure.Crashed || f.Reason == PluginFailure.CrashLoop);
        chaos.Logged.Count(l => l.Level == LogLevel.Error).ShouldBe(1);
        var report = chaos.Logged.Single(l => l.Level == LogLevel.Error).Text;
        report.ShouldContain(new ProcessExit(code, signal).ToString());
        report.ShouldContain("during Ping");
        provider.ProcessId.ShouldBeNull();
        chaos.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Call_ChangeInterruptedByACrash_OutcomeUnknownAndNeverSentAgain()
    {
        await using var chaos = new ChaosHost("on-Apply=exit:7");
        await using var provider = await chaos.StartAsync();
        await provider.ConfigureAsync(new JsonObject { ["database"] = "x" }, Token);
        var watch = Stopwatch.StartNew();

        var failure = await FailAsync(provider, FunctionNames.Apply);

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2));
        failure.Reason.ShouldBe(PluginFailure.OutcomeUnknown);
        failure.Phase.ShouldBe(PluginPhase.Call);
        failure.Function.ShouldBe("Apply");
        failure.OperationId!.Length.ShouldBe(32);
        failure.Exit.ShouldBe(new ProcessExit(7, null));
        failure.StandardError.ShouldContain("last words before the end");
        failure.Message.ShouldContain("Run plan");
        chaos.Launcher.Started.Count.ShouldBe(1);

        // Reconciled by reading: the next call starts the provider again, as it was configured.
        var answer = await CallAsync(provider, FunctionNames.Plan);
        answer["config"]!["database"]!.GetValue<string>().ShouldBe("x");
        answer["calls"]!.GetValue<int>().ShouldBe(1);
        chaos.Launcher.Started.Count.ShouldBe(2);
        await provider.CloseAsync(Token);
    }

    [Fact]
    public async Task Call_ReadInterruptedByACrash_SentOnceMore()
    {
        var mark = Path.GetTempFileName();
        File.Delete(mark);
        await using var chaos = new ChaosHost($"on-Plan=signal:9;once={mark}");
        await using var provider = await chaos.StartAsync();
        await provider.ConfigureAsync(new JsonObject { ["database"] = "x" }, Token);

        var answer = await CallAsync(provider, FunctionNames.Plan);

        answer["config"]!["database"]!.GetValue<string>().ShouldBe("x");
        chaos.Launcher.Started.Count.ShouldBe(2);
        chaos.Logged.Count(l => l.Level == LogLevel.Error).ShouldBe(1);
        await provider.CloseAsync(Token);
        File.Delete(mark);
    }

    [Fact]
    public async Task Call_CrashesAgainAndAgain_CrashLoopAfterTheBudget()
    {
        await using var chaos = new ChaosHost("on-Plan=exit:9");
        await using var provider = await chaos.StartAsync();

        (await FailAsync(provider, FunctionNames.Plan)).Reason.ShouldBe(PluginFailure.Crashed);
        var second = await FailAsync(provider, FunctionNames.Plan);
        var failure = await FailAsync(provider, FunctionNames.Plan);

        second.Reason.ShouldBe(PluginFailure.CrashLoop);
        second.Exit.ShouldBe(new ProcessExit(9, null));
        second.Function.ShouldBe("Plan");
        second.StandardError.ShouldContain("last words before the end");
        failure.Reason.ShouldBe(PluginFailure.CrashLoop);
        failure.Message.ShouldContain("3 times within 5 minutes");
        chaos.Launcher.Started.Count.ShouldBe(3);
        (await Should.ThrowAsync<PluginException>(chaos.StartAsync)).Reason.ShouldBe(PluginFailure.CrashLoop);
        await provider.CloseAsync(Token);
    }

    [Fact]
    public async Task Call_StartFailsAgainAndAgain_CrashLoop()
    {
        await using var chaos = new ChaosHost();
        for (var i = 0; i < 3; i++)
        {
            (await chaos.FailToStartScriptAsync("exit 1")).Reason.ShouldBe(PluginFailure.ExitedEarly);
        }

        (await chaos.FailToStartScriptAsync("exit 1")).Reason.ShouldBe(PluginFailure.CrashLoop);
        chaos.Launcher.Started.Count.ShouldBe(3);
        await using var other = await chaos.StartAsync();
        (await other.SchemaAsync(Token)).Name.ShouldBe("chaos");
        await other.CloseAsync(Token);
    }

    [Theory]
    [InlineData("hang")]
    [InlineData("wait")]
    [InlineData("freeze")]
    public async Task Call_LongerThanItsLimit_DeadlineExceededAndTheProcessIsGone(string how)
    {
        await using var chaos = new ChaosHost($"on-Plan={how}", o => o with { ReadTimeout = TimeSpan.FromMilliseconds(300), StopTimeout = TimeSpan.FromSeconds(1) });
        await using var provider = await chaos.StartAsync();
        var watch = Stopwatch.StartNew();

        var failure = await FailAsync(provider, FunctionNames.Plan);

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        failure.Reason.ShouldBe(PluginFailure.DeadlineExceeded);
        failure.Failure.ShouldBe(ProviderCallFailure.DeadlineExceeded);
        failure.Function.ShouldBe("Plan");
        failure.Message.ShouldContain("limit of 0.3 s");
        chaos.AssertNothingIsLeft();
        (await CallAsync(provider, FunctionNames.Ping))["success"]!.GetValue<bool>().ShouldBeTrue();
        await provider.CloseAsync(Token);
    }

    [Fact]
    public async Task Call_ChangeLongerThanItsLimit_OutcomeUnknownAndOthersProviderStopped()
    {
        await using var chaos = new ChaosHost(
            "on-Apply=hang;on-Plan=hang", o => o with { ChangeTimeout = TimeSpan.FromMilliseconds(300), StopTimeout = TimeSpan.FromSeconds(1) });
        await using var provider = await chaos.StartAsync();
        var plan = FailAsync(provider, FunctionNames.Plan);

        var failure = await FailAsync(provider, FunctionNames.Apply);

        failure.Reason.ShouldBe(PluginFailure.OutcomeUnknown);
        failure.Message.ShouldContain("longer than its limit");
        (await plan.WaitAsync(TimeSpan.FromSeconds(5), Token)).Reason.ShouldBe(PluginFailure.ProviderStopped);
        chaos.AssertNothingIsLeft();
        await provider.CloseAsync(Token);
    }

    [Fact]
    public async Task Call_Cancelled_ReadIsCanceledAndChangeIsUnknown()
    {
        await using var chaos = new ChaosHost("on-Plan=wait;on-Apply=wait");
        await using var provider = await chaos.StartAsync();
        foreach (var function in (string[])[FunctionNames.Plan, FunctionNames.Apply])
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var begun = new TaskCompletionSource();
            provider.EventReceived += OnEvent;
            var call = provider.CallFunctionAsync(function, NoInput, cancel.Token);
            await begun.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
            await cancel.CancelAsync();
            if (function == FunctionNames.Plan)
            {
                await Should.ThrowAsync<OperationCanceledException>(call);
            }
            else
            {
                (await Should.ThrowAsync<PluginException>(call)).Reason.ShouldBe(PluginFailure.OutcomeUnknown);
            }

            provider.EventReceived -= OnEvent;

            void OnEvent(ProviderEvent e)
            {
                if (e.Message == function)
                {
                    begun.TrySetResult();
                }
            }
        }

        (await CallAsync(provider, FunctionNames.Ping))["success"]!.GetValue<bool>().ShouldBeTrue();
        chaos.Launcher.Started.Count.ShouldBe(1);
        await provider.CloseAsync(Token);
    }

    [Fact]
    public async Task Call_LargeAnswer_WorksUnderTheLimitAndIsNamedAboveIt()
    {
        await using var chaos = new ChaosHost("size-Plan=5000000;size-Ping=9000000", o => o with { MaxMessageBytes = 8 * 1024 * 1024 });
        await using var provider = await chaos.StartAsync();

        (await provider.CallFunctionAsync(FunctionNames.Plan, NoInput, Token)).Length.ShouldBeGreaterThan(5_000_000);
        var failure = await FailAsync(provider, FunctionNames.Ping);

        failure.Reason.ShouldBe(PluginFailure.ResponseTooLarge);
        failure.Failure.ShouldBe(ProviderCallFailure.TooLarge);
        failure.Message.ShouldContain("8388608 bytes");
        (await provider.SchemaAsync(Token)).Name.ShouldBe("chaos");
        chaos.Launcher.Started.Count.ShouldBe(1);
        await provider.CloseAsync(Token);
    }

    public static TheoryData<string> BadAnswers => ["nothing", "[]", "null", "{\"a\":", "{\"a\":1}{", "\"text\"", Nested(100)];

    [Theory]
    [MemberData(nameof(BadAnswers))]
    public async Task Call_AnswerIsNoJsonObject_ContractViolationAndTheConnectionLives(string answer)
    {
        await using var chaos = new ChaosHost($"answer-Plan={answer}");
        await using var provider = await chaos.StartAsync();

        var failure = await FailAsync(provider, FunctionNames.Plan);

        failure.Reason.ShouldBe(PluginFailure.ContractViolation);
        failure.Function.ShouldBe("Plan");
        failure.Message.ShouldContain($"{answer.Length} bytes");
        (await CallAsync(provider, FunctionNames.Ping))["success"]!.GetValue<bool>().ShouldBeTrue();
        await provider.CloseAsync(Token);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"name\":1}")]
    [InlineData("{\"name\":\"a\",\"name\":\"b\",\"version\":\"1\"}")]
    public async Task Schema_NotOne_ContractViolationWithPath(string schema)
    {
        await using var chaos = new ChaosHost($"answer-Schema={schema}");
        await using var provider = await chaos.StartAsync();
        var failure = await Should.ThrowAsync<PluginException>(() => provider.SchemaAsync(Token));
        failure.Reason.ShouldBe(PluginFailure.ContractViolation);
        failure.Phase.ShouldBe(PluginPhase.Schema);
        await provider.CloseAsync(Token);
    }

    [Fact]
    public async Task Call_UnknownFunction_UnsupportedFunction()
    {
        await using var chaos = new ChaosHost();
        await using var provider = await chaos.StartAsync();
        var failure = await FailAsync(provider, "UnknownThing");
        failure.Reason.ShouldBe(PluginFailure.UnsupportedFunction);
        failure.Failure.ShouldBe(ProviderCallFailure.UnsupportedFunction);
        failure.Message.ShouldContain("unsupported function: UnknownThing");
        await provider.CloseAsync(Token);
    }

    [Fact]
    public async Task Configure_ProviderEchoesTheSecret_ScrubbedEverywhere()
    {
        await using var chaos = new ChaosHost("echo-secrets");
        await using var provider = await chaos.StartAsync();
        const string Password = "correct horse battery";

        var failure = await Should.ThrowAsync<PluginException>(() => provider.ConfigureAsync(new JsonObject { ["password"] = Password }, Token));

        failure.Message.ShouldContain("cannot connect with (sensitive)");
        failure.ToString().ShouldNotContain(Password);
        await provider.CloseAsync(Token);
        chaos.Logged.ShouldContain(l => l.Text.Contains("connecting with (sensitive)", StringComparison.Ordinal));
        chaos.Logged.ShouldAllBe(l => !l.Text.Contains(Password));
    }

    [Fact]
    public async Task Call_AfterClose_ProviderStopped()
    {
        await using var chaos = new ChaosHost();
        await using var provider = await chaos.StartAsync();
        await provider.CloseAsync(Token);
        (await FailAsync(provider, FunctionNames.Ping)).Reason.ShouldBe(PluginFailure.ProviderStopped);
        (await FailAsync(provider, FunctionNames.Apply)).Reason.ShouldBe(PluginFailure.ProviderStopped);
        chaos.Launcher.Started.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Call_ManyAtOnce_AllAnswered()
    {
        await using var chaos = new ChaosHost();
        await using var provider = await chaos.StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => CallAsync(provider, FunctionNames.Ping)));
        answers.Select(a => a["calls"]!.GetValue<int>()).Order().ShouldBe(Enumerable.Range(1, 200));
        await provider.CloseAsync(Token);
    }

    [Fact]
    public async Task Events_ServedByTheProvider_ArriveAndMalformedOnesAreLeftOut()
    {
        await using var chaos = new ChaosHost();
        await using var provider = await chaos.StartAsync();
        var arrived = new TaskCompletionSource<ProviderEvent>();
        provider.EventReceived += e => arrived.TrySetResult(e);
        await CallAsync(provider, FunctionNames.Ping);
        var received = await arrived.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
        received.Type.ShouldBe("progress");
        received.Message.ShouldBe("Ping");
        await provider.CloseAsync(Token);
        chaos.Logged.ShouldContain(l => l.Level == LogLevel.Warning && l.Text.Contains("sent an event that is not one", StringComparison.Ordinal));
        chaos.Logged.ShouldContain(l => l.Text.EndsWith("told over gRPC", StringComparison.Ordinal));
    }

    private static string Nested(int depth) => string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);

    private static async Task<JsonNode> CallAsync(PluginProvider provider, string function) =>
        JsonNode.Parse((await provider.CallFunctionAsync(function, NoInput, Token)).Span)!;

    private static Task<PluginException> FailAsync(PluginProvider provider, string function) =>
        Should.ThrowAsync<PluginException>(async () => await provider.CallFunctionAsync(function, NoInput, Token));
}
