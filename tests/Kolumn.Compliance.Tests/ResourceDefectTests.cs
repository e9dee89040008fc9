namespace Kolumn.Compliance.Tests;

/// <summary>Each defect is found, by the rule that is about it. About single resources.</summary>
public sealed class ResourceDefectTests
{
    [Theory]
    [InlineData("hangs-on-read", "survive.lives", "resource.absent")]
    [InlineData("dies-on-create", "survive.lives", "resource.create")]
    [InlineData("absent-is-a-failure", "resource.absent")]
    [InlineData("create-does-nothing", "resource.create")]
    [InlineData("create-has-no-state", "resource.create")]
    [InlineData("read-tells-something-else", "resource.read")]
    [InlineData("insists-on-the-prefix", "resource.type_name")]
    [InlineData("discovers-no-indexes", "resource.discover")]
    [InlineData("discovers-what-was-deleted", "resource.discover")]
    [InlineData("create-overwrites", "resource.conflict")]
    [InlineData("update-does-nothing", "resource.update")]
    [InlineData("update-twice-fails", "resource.update_again")]
    [InlineData("delete-does-nothing", "resource.delete")]
    [InlineData("delete-twice-fails", "resource.delete_again")]
    [InlineData("restores-nothing", "quarantine.restore")]
    [InlineData("purges-nothing", "quarantine.purge")]
    [InlineData("unknown-types-are-empty", "resource.unknown_type")]
    [InlineData("ignores-unknown-attributes", "resource.validates")]
    public Task Verify_Defect_IsFoundByItsRule(string defect, string rule, string? tried = null) => Verified.FindsAsync(defect, rule, tried ?? rule);
}
