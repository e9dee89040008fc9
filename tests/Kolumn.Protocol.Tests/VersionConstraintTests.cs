namespace Kolumn.Protocol.Tests;

public sealed class VersionConstraintTests
{
    [Theory]
    [InlineData("1.2.3", "1.2.3", "1.2.2 1.2.4")]
    [InlineData("= 1.2.3", "1.2.3", "1.2.4 1.2.3-rc.1")]
    [InlineData("=1.2", "1.2.0", "1.2.1")]
    [InlineData("v1.2.3", "1.2.3 1.2.3+build.7", "1.2.4")]
    [InlineData("!= 1.3.0", "1.2.9 1.3.1", "1.3.0")]
    [InlineData("> 1.2", "1.2.1 2.0.0", "1.2.0 1.1.9")]
    [InlineData(">= 1.0, < 2.0", "1.0.0 1.99.0", "0.9.9 2.0.0 2.0.0-rc.1 1.5.0-beta")]
    [InlineData("<= 1.2.3", "1.2.3 0.0.1", "1.2.4")]
    [InlineData("~> 1.2", "1.2.0 1.9.9", "1.1.9 2.0.0 1.3.0-rc.1")]
    [InlineData("~> 1.2.3", "1.2.3 1.2.10", "1.2.2 1.3.0 2.2.3")]
    [InlineData("~> 1", "1.0.0 1.9.0 3.0.0", "0.9.9")]
    [InlineData("~> 1.2, != 1.3.0", "1.2.0 1.3.1", "1.3.0")]
    [InlineData("= 2.0.0-rc.1", "2.0.0-rc.1", "2.0.0 2.0.0-rc.2")]
    [InlineData(">= 2.0.0-rc.1", "2.0.0", "2.0.0-rc.1 2.0.0-rc.2")]
    [InlineData(">= 1.0, = 2.0.0-rc.1", "2.0.0-rc.1", "2.0.0")]
    [InlineData(">= 0", "0.0.0 7.0.0", "latest 1.2 dev")]
    public void Admits_Versions_AsTheConstraintSays(string text, string admitted, string refused)
    {
        var constraint = VersionConstraint.Parse(text, out var fault).ShouldNotBeNull();

        fault.ShouldBeEmpty();
        admitted.Split(' ').Where(v => !constraint.Admits(v)).ShouldBeEmpty();
        refused.Split(' ').Where(constraint.Admits).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData(">= 1.0,")]
    [InlineData("latest")]
    [InlineData("../1.0")]
    [InlineData("1.2.3.4")]
    [InlineData("1.2.x")]
    [InlineData("=> 1.0")]
    [InlineData("== 1.0")]
    [InlineData("^1.2")]
    [InlineData(">= 1.0 < 2.0")]
    [InlineData("1.2-beta")]
    [InlineData("-1.0.0")]
    [InlineData("99999999999.0.0")]
    public void Parse_NoConstraint_SaysWhatWouldBeOne(string text)
    {
        VersionConstraint.Parse(text, out var fault).ShouldBeNull();

        fault.ShouldContain("\">= 1.0, < 2.0\"");
    }

    [Fact]
    public void Parse_Endless_IsRefusedUnread()
    {
        VersionConstraint.Parse(string.Join(',', Enumerable.Repeat("1.0", 1000)), out var fault).ShouldBeNull();

        fault.ShouldContain("500 characters");
    }

    [Fact]
    public void And_Both_HoldAndAreShownOnce()
    {
        var both = Read(">=1.0,<2").And(Read("< 2, !=1.5"));

        both.ToString().ShouldBe(">= 1.0, < 2, != 1.5");
        both.Admits("1.4.0").ShouldBeTrue();
        both.Admits("1.5.0").ShouldBeFalse();
    }

    [Fact]
    public void Parse_RandomText_NeverCrashes()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        const string alphabet = "~>=<!=, 0123.v-+\0\u00e9a";
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(20)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            var constraint = VersionConstraint.Parse(text, out var fault);
            (constraint is null).ShouldBe(fault.Length > 0, $"seed {seed}: {text}");
        }
    }

    private static VersionConstraint Read(string text) => VersionConstraint.Parse(text, out _).ShouldNotBeNull();
}
