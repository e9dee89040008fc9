using System.Text.Json.Nodes;
using Kolumn.Core.Discovering;
using Kolumn.Core.Tests.Support;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Core.Tests.Discovering;

public sealed class DiscoverTests : IDisposable
{
    private readonly TestProject _project = new();

    public DiscoverTests() => _project.Write(TestProject.Provider);

    [Fact]
    public async Task Resource_OfEveryShape_IsWrittenInBlocksAndMeansTheSame()
    {
        Exists("files_document", "a", """
            {
              "name": "a", "content": "say \"hi\"",
              "columns": [{ "name": "id", "type": "int", "nullable": false }, { "name": "a ${b}", "type": "text", "default": { "x": [1, "y"] } }],
              "indexes": [{ "columns": ["id"] }, { "name": "second", "columns": ["id"] }],
              "policies": [{ "name": "p", "rule": "first\nsecond\n" }],
              "tags": { "b": "1", "a-b": "2" },
              "owner": { "mail": "x@example.org" },
              "see_also": [{ "k": null }]
            }
            """);

        var file = (await DiscoverAsync()).Files.Single();

        file.Name.ShouldBe("documents.kl");
        file.Resources.ShouldBe(["files_document.a"]);
        file.Text.ShouldBe("""
            create "files_document" "a" {
              content = "say \"hi\""

              column "id" {
                type     = "int"
                nullable = false
              }
              column "a $${b}" {
                type    = "text"
                default = { x = [1, "y"] }
              }

              index {
                columns = ["id"]
              }
              index "second" {
                columns = ["id"]
              }

              policy "p" {
                rule = <<-RULE
                  first
                  second
                RULE
              }

              tags = { b = "1", a-b = "2" }

              owner {
                mail = "x@example.org"
              }

              see_also = [{ k = null }]
            }

            """);
        await PlanReadsAsync(file, "files_document.a", _project.Files.Existing[0].Config);
    }

    [Fact]
    public async Task Sensitive_IsNeverWrittenAndSaid()
    {
        Exists("files_document", "a", """{ "name": "a", "secret": "hunter2" }""");

        var result = await DiscoverAsync();

        result.Files.Single().Text.ShouldBe("create \"files_document\" \"a\" {}\n");
        var warning = result.Diagnostics.Single();
        warning.Severity.ShouldBe(Severity.Warning);
        warning.Code.ShouldBe(CoreCodes.SensitiveLeftOut);
        warning.Summary.ShouldBe("secret of files_document.a is not written");
    }

    [Fact]
    public async Task Attribute_CalledLikeAnArgumentOfEveryBlock_IsSaidInsteadOfWritten()
    {
        Exists("files_document", "a", """{ "name": "a", "for_each": "row" }""");

        var result = await DiscoverAsync();

        result.Files.Single().Text.ShouldBe("create \"files_document\" \"a\" {}\n");
        result.Diagnostics.Single().Code.ShouldBe(CoreCodes.ProviderDefect);
        result.Diagnostics.Single().Summary.ShouldBe("for_each of files_document.a is not written");
    }

    [Fact]
    public async Task References_AreAddressesUnlessTheyWouldRunInACircle()
    {
        Exists("files_folder", "f", """{ "name": "f" }""");
        Exists("files_document", "a", """{ "name": "a", "folder": "f", "next": "b" }""");
        Exists("files_document", "b", """{ "name": "b", "folder": "unknown", "next": "c" }""");
        Exists("files_document", "c", """{ "name": "c", "next": "a" }""");
        Exists("files_document", "d", """{ "name": "d", "next": "d" }""");

        var result = await DiscoverAsync();

        result.Files.Select(f => f.Name).ShouldBe(["folders.kl", "documents.kl"]);
        result.Files[1].Text.ShouldBe("""
            create "files_document" "a" {
              folder = files_folder.f
              next   = files_document.b
            }

            create "files_document" "b" {
              folder = "unknown"
              next   = files_document.c
            }

            create "files_document" "c" {
              next = "a"
            }

            create "files_document" "d" {
              next = "d"
            }

            """);
    }

    [Fact]
    public async Task Labels_AreNamesAndUnique()
    {
        Exists("files_document", "users", """{ "name": "users" }""");
        Exists("files_document", "users", """{ "name": "users", "schema": "shop" }""");
        Exists("files_document", "users", """{ "name": "users", "schema": "shop" }""");
        Exists("files_document", "1st try", """{ "name": "1st try" }""");
        Exists("files_document", "\"!\"", """{ "name": "\"!\"" }""");
        Exists("files_document", "taken", """{ "name": "taken" }""");
        _project.Write(TestProject.Provider + "create \"files_document\" \"taken\" {\n  name = \"another\"\n}\n");

        var result = await DiscoverAsync();

        result.Files.Single().Resources.ShouldBe(
            ["files_document.document", "files_document.document_1st_try", "files_document.taken_2", "files_document.users", "files_document.shop_users", "files_document.shop_users_2"]);
        result.Files.Single().Text.ShouldContain("create \"files_document\" \"taken_2\" {\n  name = \"taken\"\n}\n");
    }

    [Fact]
    public async Task Alias_BesideOthers_IsSaidInEveryBlock()
    {
        _project.Write(TestProject.Provider + TestProject.Provider.Replace("\"files\" {", "\"files\" \"second\" {", StringComparison.Ordinal));
        Exists("files_folder", "f", """{ "name": "f" }""");

        (await DiscoverAsync("files")).Files.Single().Text.ShouldBe("create \"files_folder\" \"f\" {}\n");
        (await DiscoverAsync("files.second")).Files.Single().Text.ShouldBe("create \"files_folder\" \"f\" {\n  provider = files.second\n}\n");
        (await DiscoverAsync()).Diagnostics.Single().Code.ShouldBe(CoreCodes.AmbiguousProvider);
        (await DiscoverAsync("files.secnd")).Diagnostics.Single().Code.ShouldBe(CoreCodes.MissingProvider);
    }

    [Fact]
    public async Task Directory_IsMade_AndFilesThatExistAreNeverOverwritten()
    {
        Exists("files_folder", "f", """{ "name": "f" }""");
        Exists("files_document", "a", """{ "name": "a" }""");
        var directory = _project.PathTo("deep/er");

        var result = await DiscoverAsync(directory: directory);

        result.Files.Select(f => f.Path).ShouldBe([Path.Combine(directory, "folders.kl"), Path.Combine(directory, "documents.kl")]);
        Directory.GetFiles(directory).Length.ShouldBe(2);
        File.Delete(Path.Combine(directory, "folders.kl"));
        File.WriteAllText(Path.Combine(directory, "documents.kl"), "mine");

        var refused = await DiscoverAsync(directory: directory);

        refused.Files.ShouldBeEmpty();
        refused.Diagnostics.Single().Code.ShouldBe(CoreCodes.FileExists);
        refused.Diagnostics.Single().Summary.ShouldBe($"{Path.Combine(directory, "documents.kl")} exists already");
        Directory.GetFiles(directory).ShouldBe([Path.Combine(directory, "documents.kl")]);
        File.ReadAllText(Path.Combine(directory, "documents.kl")).ShouldBe("mine");
    }

    [Theory]
    [InlineData("exactly as it is recorded", """{ "name": "f", "size": 0, "location": "files/f" }""", 1)]
    [InlineData("changed since, so that the provider has to tell which it is", """{ "name": "f", "size": 7, "location": "files/f" }""", 2)]
    public async Task Recorded_IsLeftOutAndCounted(string circumstance, string exists, int inspections)
    {
        _project.Write(TestProject.Provider + "create \"files_folder\" \"f\" {}\n");
        (await _project.ApplyAsync()).Success.ShouldBeTrue();
        Exists("files_folder", "f", exists);

        var result = await DiscoverAsync();

        result.Files.ShouldBeEmpty(circumstance);
        result.Managed.ShouldBe(1);
        _project.Files.Inspections.Count.ShouldBe(inspections);
    }

    public void Dispose() => _project.Dispose();

    private void Exists(string type, string name, string config) => _project.Files.Existing.Add(
        new DiscoveredResource { Type = type, Name = name, Config = JsonNode.Parse(config)!.AsObject(), State = JsonNode.Parse(config)!.AsObject() });

    private Task<DiscoverResult> DiscoverAsync(string? provider = null, string? directory = null) =>
        _project.Engine().DiscoverAsync(new DiscoverOptions { Provider = provider, Directory = directory }, TestProject.Token);

    /// <summary>What is asked of the provider when the file is read is what it wrote.</summary>
    private async Task PlanReadsAsync(DiscoveredFile file, string address, JsonObject config)
    {
        _project.Write(file.Text, file.Name);
        (await _project.PlanAsync()).Diagnostics.ShouldBeEmpty();
        var read = _project.Files.Plans.Last().DesiredState.Single(d => d.Address == address).Config.DeepClone().AsObject();
        read["name"] ??= config["name"]!.DeepClone();
        Kolumn.Protocol.Json.CanonicalJson.AreEqual(read, config).ShouldBeTrue(read.ToJsonString());
    }
}
