using Kolumn.Cli.Providers;
using Kolumn.Core.Configuration;
using Kolumn.Host;
using Kolumn.Protocol;

namespace Kolumn.Cli.Tests.Providers;

public sealed class ProviderSourceTests
{
    [Theory]
    [InlineData("unix", ProviderTransport.Unix)]
    [InlineData("tcp", ProviderTransport.Tcp)]
    [InlineData(null, null)]
    public void RequirementOf_Transport_IsWhatTheProjectSays(string? transport, ProviderTransport? expected) =>
        ProviderSource.RequirementOf(new RequiredProvider("sqlite", null, null, transport, ["sqlite"])).Transport.ShouldBe(expected);

    [Fact]
    public void RequirementOf_SourceAndVersion_BecomeNamespaceNameAndVersion()
    {
        var version = VersionConstraint.Parse("~> 1.2", out _);

        var requirement = ProviderSource.RequirementOf(new RequiredProvider("db", "acme/sqlite", version, null, ["db"]));

        (requirement.Namespace, requirement.Name, requirement.Version).ShouldBe(("acme", "sqlite", version));
    }
}
