namespace Kolumn.Protocol.Tests;

public sealed class ResourceAddressTests
{
    [Theory]
    [InlineData("postgres_table.users", "postgres_table", "users")]
    [InlineData("t.module.shop.users[\"eu.west\"]", "t", "module.shop.users[\"eu.west\"]")]
    public void TryParse_Address_SplitsAtTheFirstDot(string text, string type, string name)
    {
        ResourceAddress.TryParse(text, out var address).ShouldBeTrue();

        address.ShouldBe(new ResourceAddress(type, name));
        address.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("users")]
    [InlineData(".users")]
    [InlineData("table.")]
    public void TryParse_NotAnAddress_IsFalse(string text) => ResourceAddress.TryParse(text, out _).ShouldBeFalse();
}
