namespace Kolumn.Protocol.Tests.Versions;

/// <summary>Hosts and providers of different protocol versions: which one they speak with each other, or that they do not.</summary>
public sealed class ProtocolVersionsTests
{
    [Theory]
    [InlineData(new[] { 1 }, new[] { 1 }, 1)]
    [InlineData(new[] { 1, 2 }, new[] { 1 }, 1)]
    [InlineData(new[] { 1 }, new[] { 1, 2 }, 1)]
    [InlineData(new[] { 1, 2 }, new[] { 1, 2 }, 2)]
    [InlineData(new[] { 2, 1 }, new[] { 2, 1 }, 2)]
    [InlineData(new[] { 2, 3 }, new[] { 1, 2 }, 2)]
    [InlineData(new[] { 1, 3 }, new[] { 1, 2, 4 }, 1)]
    [InlineData(new[] { 2 }, new[] { 1 }, null)]
    [InlineData(new[] { 1 }, new[] { 2 }, null)]
    [InlineData(new[] { 1 }, new[] { 2, 3 }, null)]
    [InlineData(new[] { 10 }, new[] { 1 }, null)]
    public void Answer_HostAndProvider_AgreeOnTheHighestOrTheHostRefuses(int[] host, int[] provider, int? agreed)
    {
        var answer = ProtocolVersions.Answer(ProtocolVersions.Offer(host), provider);

        provider.ShouldContain(answer);
        (host.Contains(answer) ? (int?)answer : null).ShouldBe(agreed);
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData("", 1)]
    [InlineData(" 2 , 1 ", 2)]
    [InlineData("3,,2,", 3)]
    [InlineData("two,1", 1)]
    [InlineData("99999999999999999999,2", 2)]
    [InlineData("-2,+3,0x3,2.0", 1)]
    [InlineData("7,8", 1)]
    public void Answer_OfferThatIsOldOrOdd_IsReadAsFarAsItGoes(string? offered, int answer) => ProtocolVersions.Answer(offered, [1, 2, 3]).ShouldBe(answer);
}
