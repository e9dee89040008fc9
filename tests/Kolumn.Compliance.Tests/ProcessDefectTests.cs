namespace Kolumn.Compliance.Tests;

/// <summary>Each defect is found, by the rule that is about it. From its start to its end, and in what it says about itself.</summary>
public sealed class ProcessDefectTests
{
    [Theory]
    [InlineData("exits-at-start", "launch.starts")]
    [InlineData("hangs-at-start", "launch.starts")]
    [InlineData("talks-before-its-handshake", "launch.stdout")]
    [InlineData("stays", "close.stops")]
    [InlineData("stays", "chaos.lifeline")]
    [InlineData("schema-has-no-version", "schema.answers")]
    [InlineData("schema-changes", "schema.stable")]
    [InlineData("schema-names-a-type-twice", "schema.types")]
    [InlineData("schema-invents-an-attribute-type", "schema.types")]
    [InlineData("schema-has-a-broken-regex", "schema.types")]
    [InlineData("schema-shows-passwords", "schema.sensitive")]
    [InlineData("schema-hides-its-configuration", "schema.config")]
    [InlineData("discovery-is-not-advertised", "functions.resource")]
    [InlineData("advertises-what-it-does-not-have", "functions.routed")]
    [InlineData("has-what-it-does-not-advertise", "functions.unadvertised")]
    [InlineData("unknown-functions-succeed", "functions.unknown")]
    [InlineData("unknown-functions-are-bugs", "functions.unknown")]
    [InlineData("function-names-are-folded", "functions.unknown")]
    [InlineData("answers-without-success", "answer.envelope", "ping")]
    [InlineData("answers-with-a-list", "answer.envelope", "ping")]
    [InlineData("answers-with-half-an-object", "answer.envelope", "ping")]
    [InlineData("refuses-without-a-word", "answer.error", "resource.unknown_type")]
    [InlineData("invents-error-codes", "answer.code", "resource.unknown_type")]
    [InlineData("ping-is-blind", "configure.needed")]
    [InlineData("ping-has-no-latency", "ping.answers")]
    [InlineData("version-differs", "version.agrees")]
    [InlineData("accepts-every-configuration", "configure.validates")]
    [InlineData("refuses-a-second-configuration", "configure.again")]
    [InlineData("dies-of-a-wrong-configuration", "survive.lives", "configure.validates")]
    [InlineData("configure-is-buggy", "configure.accepts")]
    [InlineData("close-fails-twice", "close.twice")]
    public Task Verify_Defect_IsFoundByItsRule(string defect, string rule, string? tried = null) => Verified.FindsAsync(defect, rule, tried ?? rule);
}
