using Kolumn.Host.Discovery;
using Kolumn.Protocol;

namespace Kolumn.Host.Tests;

public sealed class DiscoveryTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("discovery-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Find_EveryPlace_InTheDocumentedOrder()
    {
        var options = Options();
        string[] places =
        [
            Path.Combine(_root, "named"),
            Path.Combine(_root, "workspace", ".kolumn", "providers", "kolumn", "sqlite", "1.10.0", ProviderExecutable.Platform),
            Path.Combine(_root, "workspace", ".kolumn", "providers", "kolumn", "sqlite", "1.9.0", ProviderExecutable.Platform),
            Path.Combine(_root, "workspace", ".kolumn", "providers", "kolumn", "sqlite", "1.9.0-beta.2", ProviderExecutable.Platform),
            Path.Combine(_root, "home", ".kolumn", "plugins"),
            Path.Combine(_root, "beside"),
        ];
        foreach (var place in places)
        {
            Directory.CreateDirectory(place);
            File.WriteAllText(Path.Combine(place, "kolumn-provider-sqlite"), "");
        }

        foreach (var place in places)
        {
            var found = new ProviderDiscovery(options).Find(new ProviderRequirement("sqlite"));
            Path.GetDirectoryName(found.Path).ShouldBe(place);
            found.Version.ShouldBe(place.Contains("providers", StringComparison.Ordinal) ? Path.GetFileName(Path.GetDirectoryName(place)) : null);
            File.Delete(found.Path);
        }

        Should.Throw<PluginException>(() => new ProviderDiscovery(options).Find(new ProviderRequirement("sqlite")));
    }

    [Theory]
    [InlineData(null, null, "2.1.0-rc.1")]
    [InlineData("= 1.0.0", null, "1.0.0")]
    [InlineData("~> 1.0", null, "1.1.0")]
    [InlineData(">= 1.0", null, "2.0.0")]
    [InlineData("= 2.1.0-rc.1", null, "2.1.0-rc.1")]
    [InlineData(null, "1.0.0", "1.0.0")]
    [InlineData("~> 1.0", "1.0.0", "1.0.0")]
    [InlineData("> 1.0", "1.0.0", "2.0.0")]
    [InlineData("~> 1.0", "1.0.7", "1.1.0")]
    public void Find_SeveralVersions_TakesThePreferredElseTheNewestAdmitted(string? constraint, string? preferred, string expected)
    {
        foreach (var version in (string[])["1.0.0", "1.1.0", "2.0.0", "2.1.0-rc.1"])
        {
            var place = Path.Combine(_root, "workspace", ".kolumn", "providers", "acme", "sqlite", version, ProviderExecutable.Platform);
            Directory.CreateDirectory(place);
            File.WriteAllText(Path.Combine(place, "kolumn-provider-sqlite"), "");
        }

        var requirement = new ProviderRequirement("sqlite") { Namespace = "acme", Version = Constraint(constraint), PreferredVersion = preferred };
        new ProviderDiscovery(Options()).Find(requirement).Version.ShouldBe(expected);
        var failure = Should.Throw<PluginException>(() => new ProviderDiscovery(Options()).Find(requirement with { Version = Constraint("~> 3.0") }));
        failure.Message.ShouldContain("of a version that \"~> 3.0\" admits (installed: 2.1.0-rc.1, 2.0.0, 1.1.0, 1.0.0)");
    }

    [Fact]
    public void Find_Nowhere_NotFoundNamesThePlacesAndWhatIsThere()
    {
        var beside = Directory.CreateDirectory(Path.Combine(_root, "beside")).FullName;
        File.WriteAllText(Path.Combine(beside, "kolumn-provider-postgres"), "");
        File.WriteAllText(Path.Combine(beside, "kolumn-provider-postgres.pdb"), "");

        var failure = Should.Throw<PluginException>(() => new ProviderDiscovery(Options()).Find(new ProviderRequirement("postgre")));

        failure.Reason.ShouldBe(PluginFailure.NotFound);
        failure.Phase.ShouldBe(PluginPhase.Discover);
        failure.Provider.ShouldBe("postgre");
        failure.Path.ShouldBeEmpty();
        failure.Message.ShouldContain(Path.Combine(_root, "named"));
        failure.Message.ShouldContain(Path.Combine(_root, "home", ".kolumn", "plugins"));
        failure.NextStep.ShouldEndWith("use one of those installed: postgres");
    }

    [Fact]
    public void Find_OnPathOnly_FoundOnlyWhenAsked()
    {
        var onPath = Directory.CreateDirectory(Path.Combine(_root, "path")).FullName;
        File.WriteAllText(Path.Combine(onPath, "kolumn-provider-onpath"), "");
        var before = Environment.GetEnvironmentVariable("PATH");
        Environment.SetEnvironmentVariable("PATH", $"{before}{Path.PathSeparator}{onPath}");
        try
        {
            Should.Throw<PluginException>(() => new ProviderDiscovery(Options()).Find(new ProviderRequirement("onpath")));
            new ProviderDiscovery(Options() with { SearchPath = true }).Find(new ProviderRequirement("onpath")).Path.ShouldBe(Path.Combine(onPath, "kolumn-provider-onpath"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", before);
        }
    }

    [Theory]
    [InlineData("../etc/passwd", "kolumn")]
    [InlineData("", "kolumn")]
    [InlineData("Sqlite", "kolumn")]
    [InlineData("sqlite", "../..")]
    public void Find_NameThatIsNone_Refused(string name, string space) =>
        Should.Throw<PluginException>(() => new ProviderDiscovery(Options()).Find(new ProviderRequirement(name) { Namespace = space }))
            .Reason.ShouldBe(PluginFailure.NotFound);

    [Fact]
    public void Options_Faulty_AllFaultsAtOnce()
    {
        var options = new HostOptions
        {
            ProviderDirectories = [""],
            WorkspaceDirectory = " ",
            StartTimeout = TimeSpan.Zero,
            StopTimeout = TimeSpan.FromDays(30),
            MaxMessageBytes = 1,
            CrashLimit = 0,
            Variables = new Dictionary<string, string> { ["A=B"] = "" },
        };

        options.Validate().Count.ShouldBe(7);
        Should.Throw<ArgumentException>(() => new PluginHost(options, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance))
            .Message.ShouldContain("CrashLimit is 0");
        new HostOptions().Validate().ShouldBeEmpty();
    }

    private static VersionConstraint? Constraint(string? text) => text is null ? null : VersionConstraint.Parse(text, out _);

    private HostOptions Options() => new()
    {
        ProviderDirectories = [Path.Combine(_root, "named")],
        WorkspaceDirectory = Path.Combine(_root, "workspace"),
        HomeDirectory = Path.Combine(_root, "home"),
        ExecutableDirectory = Path.Combine(_root, "beside"),
    };
}
