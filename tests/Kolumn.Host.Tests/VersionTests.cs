namespace Kolumn.Host.Tests;

/// <summary>Providers of another protocol version than this host. How both agree on one is tested where that is decided.</summary>
public sealed class VersionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", true)]
    [InlineData(",\"protocol_version\":0", true)]
    [InlineData(",\"protocol_version\":1", true)]
    [InlineData(",\"protocol_version\":2", false)]
    [InlineData(",\"protocol_version\":-1", false)]
    public async Task Schema_OfAProtocolVersion_IsReadOrRefusedWithBothSides(string member, bool isRead)
    {
        await using var chaos = new ChaosHost($$"""answer-Schema={"name":"chaos","version":"1.0.0"{{member}}}""");
        await using var provider = await chaos.StartAsync();

        if (isRead)
        {
            (await provider.SchemaAsync(Token)).ProtocolVersion.ShouldBe(1);
        }
        else
        {
            var refused = await Should.ThrowAsync<PluginException>(() => provider.SchemaAsync(Token));
            refused.Reason.ShouldBe(PluginFailure.ProtocolMismatch);
            refused.Message.ShouldContain($"describes itself by provider protocol {member.Split(':')[1]}, where this host speaks 1");
        }

        (await provider.CallFunctionAsync("Ping", "{}"u8.ToArray(), Token)).IsEmpty.ShouldBeFalse();
        await provider.CloseAsync(Token);
    }
}
