using System.Xml.Linq;
using Kolumn.Testing;

namespace Kolumn.EndToEnd.Tests;

/// <summary>docs/architecture.md, asserted: who may know whom, and that the newcomer's road exists.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> MayReference = new()
    {
        ["Kolumn.Grpc"] = [],
        ["Kolumn.MariaDb"] = [],
        ["Kolumn.Protocol"] = ["Kolumn.Grpc"],
        ["Kolumn.Language"] = [],
        ["Kolumn.MongoDb"] = [],
        ["Kolumn.Host"] = ["Kolumn.Protocol"],
        ["Kolumn.Sdk"] = ["Kolumn.Protocol"],
        ["Kolumn.Sdk.Testing"] = ["Kolumn.Sdk"],
        ["Kolumn.Assistance"] = ["Kolumn.Protocol", "Kolumn.Sdk"],
        ["Kolumn.Core"] = ["Kolumn.Language", "Kolumn.Protocol"],
        ["Kolumn.Compliance"] = ["Kolumn.Host"],
        ["Kolumn.Cli"] = ["Kolumn.Assistance", "Kolumn.Compliance", "Kolumn.Core", "Kolumn.Host"],
        ["Kolumn.Providers.Mongo"] = ["Kolumn.MongoDb", "Kolumn.Sdk"],
        ["Kolumn.Providers.Sqlite"] = ["Kolumn.Sdk"],
        ["Kolumn.Providers.Postgres"] = ["Kolumn.Sdk"],
        ["Kolumn.Providers.MySql"] = ["Kolumn.MariaDb", "Kolumn.Sdk"],
    };

    // Packages that have one door into the house.
    private static readonly Dictionary<string, string[]> OnlyUsedBy = new()
    {
        ["Npgsql"] = ["Kolumn.Providers.Postgres"],
        ["MySqlConnector"] = ["Kolumn.MariaDb"],
        ["Microsoft.Data.Sqlite.Core"] = ["Kolumn.Providers.Sqlite"],
        ["Google.Protobuf"] = ["Kolumn.Protocol"],
        ["OpenTelemetry"] = ["Kolumn.Cli", "Kolumn.Sdk"],
        ["System.CommandLine"] = ["Kolumn.Cli"],
    };

    public static TheoryData<string> Projects => [.. Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(d => Path.GetFileName(d)!)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_References_OnlyWhatTheArchitectureAllows(string project)
    {
        MayReference.ShouldContainKey(project, $"{project} is not in the architecture: say there and here whom it may know.");

        References(project, "ProjectReference").Select(Path.GetFileNameWithoutExtension).Except(MayReference[project]).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_Packages_ComeInThroughOneDoor(string project)
    {
        var misplaced = References(project, "PackageReference").Where(p => OnlyUsedBy.TryGetValue(p, out var allowed) && !allowed.Contains(project));

        misplaced.ShouldBeEmpty();
    }

    [Fact]
    public void NewcomersRoad_EveryStop_Exists()
    {
        string[] road =
        [
            "Kolumn.Cli/Commands/ApplyCommand.cs",
            "Kolumn.Core/KolumnEngine.cs",
            "Kolumn.Host/PluginRuntime.cs",
            "Kolumn.Sdk/Internal/ProviderService.cs",
            "Kolumn.Sdk/Internal/FunctionDispatcher.cs",
            "Kolumn.Providers.Postgres/Resources/Tables/TableHandler.cs",
            "Kolumn.Providers.Postgres/Resources/Tables/TableSql.cs",
        ];

        road.Where(stop => !File.Exists(Path.Combine(Repository.Root, "src", stop))).ShouldBeEmpty();
        Directory.Exists(Path.Combine(Repository.Root, "src", "Kolumn.Core", "State")).ShouldBeTrue();
    }

    [Fact]
    public void TopLevel_Holds_WhatTheReadmePromises()
    {
        string[] expected = ["Kolumn.Plugins.sln", "README.md", "build.ps1", "build.sh", "docs", "examples", "protos", "src", "tests"];

        expected.Where(name => !Path.Exists(Path.Combine(Repository.Root, name))).ShouldBeEmpty();
    }

    private static IEnumerable<string> References(string project, string kind) =>
        XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj"))
            .Descendants(kind)
            .Where(r => !((string?)r.Attribute("Condition") ?? "").Contains("UseOfficialGrpc)' == 'true'", StringComparison.Ordinal))
            .Select(r => (string)r.Attribute("Include")!);
}
