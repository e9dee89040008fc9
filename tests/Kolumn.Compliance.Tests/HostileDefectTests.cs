namespace Kolumn.Compliance.Tests;

/// <summary>Each defect is found, by the rule that is about it. About bad input, secrets and crowds.</summary>
public sealed class HostileDefectTests
{
    [Theory]
    [InlineData("dies-of-broken-json", "survive.lives", "hostile.json")]
    [InlineData("broken-json-will-do", "hostile.json")]
    [InlineData("broken-json-is-a-bug", "hostile.json")]
    [InlineData("refuses-unknown-members", "hostile.forgiving")]
    [InlineData("fails-on-null", "hostile.forgiving")]
    [InlineData("numbers-are-types", "hostile.types")]
    [InlineData("long-names-are-bugs", "hostile.size")]
    [InlineData("executes-texts", "hostile.injection")]
    [InlineData("quotes-are-bugs", "hostile.injection")]
    [InlineData("secret-in-an-error", "secret.answers")]
    [InlineData("secret-in-a-log", "secret.logs")]
    [InlineData("secret-in-a-bug", "secret.answers")]
    [InlineData("one-call-at-a-time", "concurrent.reads")]
    [InlineData("changes-get-lost", "concurrent.changes")]
    [InlineData("hangs-after-a-cancel", "concurrent.cancel")]
    [InlineData("dies-of-a-deadline", "concurrent.deadline")]
    [InlineData("hangs-up-on-slow-readers", "chaos.slow")]
    [InlineData("serves-one-host-at-a-time", "chaos.slow")]
    [InlineData("talks-all-the-time", "chaos.quiet", "chaos.burst")]
    public Task Verify_Defect_IsFoundByItsRule(string defect, string rule, string? tried = null) => Verified.FindsAsync(defect, rule, tried ?? rule);
}
