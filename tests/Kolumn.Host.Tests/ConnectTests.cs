using System.Diagnostics;

namespace Kolumn.Host.Tests;

public sealed class ConnectTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(400);

    [Theory]
    [InlineData("nobody", "nobody answered within 0.4 s")]
    [InlineData("mute", "nobody answered within 0.4 s")]
    [InlineData("wrong-cert", "another certificate than the handshake's")]
    [InlineData("unhealthy", "NOT_SERVING")]
    public async Task Start_NobodyToTalkTo_ConnectFailed(string behaviour, string what)
    {
        await using var chaos = new ChaosHost(behaviour, o => o with { ConnectTimeout = behaviour is "nobody" or "mute" ? Short : o.ConnectTimeout });
        var failure = await chaos.FailToStartAsync();

        failure.Reason.ShouldBe(PluginFailure.ConnectFailed);
        failure.Phase.ShouldBe(PluginPhase.Connect);
        failure.Path.ShouldBe(ChaosHost.ChaosExecutable);
        failure.Message.ShouldContain(what);
    }

    [Fact]
    public async Task Start_ProviderRefusesTheHostsCertificate_ConnectFailedSaysCertificate()
    {
        await using var chaos = new ChaosHost("refuse-client");
        var watch = Stopwatch.StartNew();
        var failure = await chaos.FailToStartAsync();

        failure.Reason.ShouldBe(PluginFailure.ConnectFailed);
        failure.Message.ShouldContain("certificate");
        failure.Message.ShouldNotContain("disposed object");
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Start_ProviderServesWithoutTls_Refused()
    {
        await using var chaos = new ChaosHost("no-tls");
        var failure = await chaos.FailToStartAsync();
        failure.Reason.ShouldBe(PluginFailure.MalformedHandshake);
        failure.Message.ShouldContain("no certificate");
    }

    [Fact]
    public async Task Start_ProviderInsistsOnASocket_Accepted()
    {
        await using var chaos = new ChaosHost("force-unix");
        await using var provider = await chaos.StartAsync();
        (await provider.SchemaAsync(TestContext.Current.CancellationToken)).Name.ShouldBe("chaos");
        await provider.CloseAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Start_OnlyTheFourMethodsServed_Works()
    {
        await using var chaos = new ChaosHost("bare");
        await using var provider = await chaos.StartAsync();
        (await provider.SchemaAsync(TestContext.Current.CancellationToken)).Name.ShouldBe("chaos");
        (await provider.CloseAsync(TestContext.Current.CancellationToken)).Success.ShouldBeTrue();
    }
}
