using System.Reflection;
using Kolumn.Testing;

namespace Kolumn.Sdk.Tests.PublicApi;

/// <summary>What the packages offer to authors of providers, held against the text beside each project.</summary>
public sealed class ApprovedApiTests
{
    [Theory]
    [InlineData("Kolumn.Protocol")]
    [InlineData("Kolumn.Sdk")]
    [InlineData("Kolumn.Sdk.Testing")]
    public void PublicApi_OfAPackage_IsTheApprovedOne(string package) => ApprovedText.ShouldBe(
        $"src/{package}/PublicApi.txt",
        PublicApiText.Of(Assembly.Load(package)),
        (gone, _) => gone.Count > 0
            ? "A line that is gone may be in use: who updates the package has to change a provider for it. Say so in CHANGELOG.md."
            : "Whatever is added has to be kept: could it be internal?");
}
