using System.Diagnostics;
using System.Text;
using Kolumn.Host.Launching;
using Kolumn.Testing;
using Microsoft.Extensions.Logging;

namespace Kolumn.Host.Tests;

public sealed class HandshakeTests
{
    private const string Wait = "exec sleep 600";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_NoiseBeforeTheLine_ToleratedAndLogged()
    {
        await using var chaos = new ChaosHost();
        var executable = chaos.ScriptExecutable(
            $"printf '\\357\\273\\277hello\\r\\n'; i=0; while [ $i -lt 98 ]; do printf '\\033[31mred %s\\033[0m\\n' $i; i=$((i+1)); done; exec '{ChaosHost.ChaosExecutable}'");

        await using var provider = await chaos.Host.StartAsync(executable, Token);

        (await provider.SchemaAsync(Token)).Name.ShouldBe("chaos");
        var warnings = chaos.Logged.Where(l => l.Level == LogLevel.Warning && l.Text.Contains("before its handshake", StringComparison.Ordinal)).ToList();
        warnings.Count.ShouldBe(99);
        warnings[1].Text.ShouldEndWith(@"\x1b[31mred 0\x1b[0m");
        await provider.CloseAsync(Token);
    }

    [Theory]
    [InlineData("i=0; while [ $i -lt 200 ]; do echo noise; i=$((i+1)); done; ", "noise")]
    [InlineData("head -c 200000 /dev/zero | tr '\\0' 'x'; ", "xxxxxxxx")]
    [InlineData("while :; do printf '\\033[2J'; done; ", @"\x1b[2J\x1b[2J")]
    public async Task Start_MoreNoiseThanTolerated_HandshakeGarbageWithExcerpt(string noise, string excerpt)
    {
        await using var chaos = new ChaosHost();
        var failure = await chaos.FailToStartScriptAsync(noise + Wait);

        failure.Reason.ShouldBe(PluginFailure.HandshakeGarbage);
        failure.Phase.ShouldBe(PluginPhase.Handshake);
        failure.Message.ShouldContain(excerpt);
        failure.Message.Any(char.IsControl).ShouldBeFalse();
    }

    [Theory]
    [InlineData("1|1|tcp", "3 fields")]
    [InlineData("1|1|tcp|127.0.0.1:0|grpc|YWJj", "port from 1 to 65535")]
    [InlineData("1|1|tcp|127.0.0.1:70000|grpc|YWJj", "port from 1 to 65535")]
    [InlineData("1|1|tcp|192.0.2.1:80|grpc|YWJj", "not a loopback address")]
    [InlineData("1|1|tcp|0.0.0.0:80|grpc|YWJj", "not a loopback address")]
    [InlineData("1|1|unix|/etc/passwd|grpc|", "outside the directory")]
    [InlineData("1|1|unix|relative|grpc|", "not absolute")]
    [InlineData("1|1|tcp|127.0.0.1:80|netrpc|YWJj", "where 'grpc' is expected")]
    [InlineData("1|1|tcp|127.0.0.1:80|grpc|***", "not base64")]
    [InlineData("1|1|tcp|127.0.0.1:80|grpc|", "no certificate")]
    [InlineData("1|1|tcp|127.0.0.1:80\\000|grpc|YWJj", "control characters")]
    public async Task Start_MalformedLine_RefusedBeforeAnyConnection(string line, string fault)
    {
        await using var chaos = new ChaosHost();
        var failure = await chaos.FailToStartScriptAsync($"echo 'about to fail' >&2; printf '{line}\\n'; {Wait}");

        failure.Reason.ShouldBe(PluginFailure.MalformedHandshake);
        failure.Phase.ShouldBe(PluginPhase.Handshake);
        failure.Message.ShouldContain(fault);
        failure.StandardError.ShouldBe(["about to fail"]);
        failure.Exit.ShouldBeNull();
    }

    [Fact]
    public async Task Start_EndlessHandshakeLine_RefusedInBoundedMemory()
    {
        await using var chaos = new ChaosHost();
        var failure = await chaos.FailToStartScriptAsync("printf '1|1|tcp|'; exec yes x | tr -d '\\n'");

        failure.Reason.ShouldBe(PluginFailure.MalformedHandshake);
        failure.Message.ShouldContain("longer than");
    }

    [Theory]
    [InlineData("1|99|tcp|127.0.0.1:80|grpc|YWJj", "provider protocol 99")]
    [InlineData("1|0|tcp|127.0.0.1:80|grpc|YWJj", "provider protocol 0")]
    [InlineData("1|two|tcp|127.0.0.1:80|grpc|YWJj", "provider protocol two")]
    [InlineData("2|1|tcp|127.0.0.1:80|grpc|YWJj", "plugin protocol 2")]
    public async Task Start_NoVersionInCommon_ProtocolMismatchNamesBothSides(string line, string theirs)
    {
        await using var chaos = new ChaosHost();
        var failure = await chaos.FailToStartScriptAsync($"echo '{line}'; {Wait}");

        failure.Reason.ShouldBe(PluginFailure.ProtocolMismatch);
        failure.Message.ShouldContain(theirs);
        failure.Message.ShouldContain("this host speaks 1 and 1");
    }

    [Fact]
    public async Task Start_NeverALine_KilledWithItsTreeAtTheLimit()
    {
        await using var chaos = new ChaosHost(change: o => o with { StartTimeout = TimeSpan.FromMilliseconds(300) });
        var pids = Path.Combine(chaos.Root, "pids");
        var failure = await chaos.FailToStartScriptAsync($"sleep 600 & echo $! > '{pids}'; echo waiting >&2; wait");

        failure.Reason.ShouldBe(PluginFailure.StartTimeout);
        failure.Message.ShouldContain("within 0.3 s");
        failure.StandardError.ShouldBe(["waiting"]);
        IsGone(int.Parse(await File.ReadAllTextAsync(pids, Token))).ShouldBeTrue();
    }

    [Fact]
    public async Task Start_Cancelled_ReturnsAtOnceAndLeavesNothing()
    {
        await using var chaos = new ChaosHost();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var mark = Path.Combine(chaos.Root, "up");
        var start = chaos.Host.StartAsync(chaos.ScriptExecutable($"mkfifo '{mark}'; echo up > '{mark}'; {Wait}"), cancel.Token);
        await ReadWhenThereAsync(mark);

        var watch = Stopwatch.StartNew();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(start);

        watch.ElapsedMilliseconds.ShouldBeLessThan(1000);
        chaos.AssertNothingIsLeft();
        await using var survivor = await chaos.StartAsync();
        (await survivor.SchemaAsync(Token)).Name.ShouldBe("chaos");
        await survivor.CloseAsync(Token);
    }

    [Theory]
    [InlineData("exit 0", 0, null)]
    [InlineData("exit 3", 3, null)]
    [InlineData("kill -SEGV $$", null, 11)]
    [InlineData("kill -KILL $$", null, 9)]
    [InlineData("no-such-program", 127, null)]
    public async Task Start_EndsBeforeTheLine_ExitedEarlyAtOnce(string end, int? code, int? signal)
    {
        await using var chaos = new ChaosHost();
        var failure = await chaos.FailToStartScriptAsync($"echo 'why it ends' >&2; {end}");

        failure.Reason.ShouldBe(PluginFailure.ExitedEarly);
        failure.Phase.ShouldBe(PluginPhase.Handshake);
        failure.Exit.ShouldBe(new ProcessExit(code, signal));
        failure.StandardError[0].ShouldBe("why it ends");
        failure.Message.ShouldContain(failure.Exit!.ToString());
    }

    [Fact]
    public async Task Start_ClosesStdoutAndLives_MalformedHandshake()
    {
        await using var chaos = new ChaosHost();
        var failure = await chaos.FailToStartScriptAsync("exec >&-; exec sleep 600");

        failure.Reason.ShouldBe(PluginFailure.MalformedHandshake);
        failure.Message.ShouldContain("closed its stdout");
    }

    [Fact]
    public async Task Start_RandomBytes_NeverMoreThanATypedFailure()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        await using var chaos = new ChaosHost();
        var alphabet = "1|tcp|unix|127.0.0.1:80|grpc|\0\r\t\u001b=é"u8.ToArray();
        for (var round = 0; round < 20; round++)
        {
            var bytes = new byte[random.Next(1, 400)];
            for (var i = 0; i < bytes.Length; i++)
            {
                bytes[i] = random.Next(3) == 0 ? (byte)random.Next(256) : alphabet[random.Next(alphabet.Length)];
            }

            var data = Path.Combine(chaos.Root, "data");
            await File.WriteAllBytesAsync(data, [.. "1|1|"u8, .. bytes, (byte)'\n'], Token);
            var failure = await chaos.FailToStartScriptAsync($"cat '{data}'; {Wait}");
            failure.Reason.ShouldBeOneOf([PluginFailure.MalformedHandshake, PluginFailure.ProtocolMismatch], $"seed {seed}");
        }
    }

    internal static bool IsGone(int pid) => ProcessTree.Read(pid) is not { IsAlive: true };

    /// <summary>Opening a named pipe waits for its writer.</summary>
    private static async Task ReadWhenThereAsync(string fifo)
    {
        await Eventually.IsSoAsync(() => File.Exists(fifo), Token);
        (await Task.Run(() => File.ReadAllText(fifo, Encoding.UTF8), Token).WaitAsync(TimeSpan.FromSeconds(10), Token)).ShouldBe("up\n");
    }
}
