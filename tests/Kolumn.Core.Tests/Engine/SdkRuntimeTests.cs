using System.Text.Json.Nodes;
using Kolumn.Core.Tests.Support;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Sdk;
using Kolumn.Sdk.Tests.Folders;

namespace Kolumn.Core.Tests.Engine;

/// <summary>The engine on a provider made with the Sdk, in this process.</summary>
public sealed class SdkRuntimeTests
{
    private const string Text = """
        provider "folder" { path = env.FILES }
        variable "pin" { sensitive = true }
        variable "text" { sensitive = true }

        create "folder_note" "second" {
          name  = "zwei"
          text  = "after ${folder_note.first.name}"
          after = [folder_note.first]
        }
        create "folder_note" "first" {
          text = var.text
          pin  = var.pin
          line "one" { text = "1" }
        }
        create "folder_poem" "roses" {
          text = "roses"
        }
        output "name" { value = folder_note.second.full_name }
        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Project_CreatedChangedDriftedDestroyed_ConvergesAfterEachStep(bool transactional)
    {
        using var project = New(transactional);
        project.Write(Text);

        var created = await project.ApplyAsync();

        created.Diagnostics.ShouldBeEmpty();
        created.Counts.Created.ShouldBe(3);
        created.Outputs.Single().Value!.GetValue<string>().ShouldBe("zwei");
        Definition(project, "note~zwei").ToJsonString().ShouldBe("""{"name":"zwei","text":"after first","after":["first"]}""");
        Definition(project, "note~first")["text"]!.GetValue<string>().ShouldBe("a very secret text");
        await ShouldHoldNoSecretAsync(project);
        await project.ShouldBeConvergedAsync();

        project.Write(Text.Replace("\"roses\"\n}", "\"violets\"\n}", StringComparison.Ordinal));
        (await project.ApplyAsync()).Counts.Updated.ShouldBe(1);
        Definition(project, "poem~roses")["text"]!.GetValue<string>().ShouldBe("VIOLETS");
        await project.ShouldBeConvergedAsync();

        await File.WriteAllTextAsync(FileOf(project, "note~first"), """{"name":"first","text":"overwritten"}""", TestProject.Token);
        var drifted = (await project.PlanAsync()).Plan!;
        (drifted.Counts.Drifted, drifted.Counts.Update).ShouldBe((1, 1));
        (await project.ApplyAsync()).Counts.Updated.ShouldBe(1);
        await project.ShouldBeConvergedAsync();

        (await project.DestroyAsync()).Counts.Deleted.ShouldBe(3);
        Directory.GetFiles(project.World).ShouldBeEmpty();
    }

    [Fact]
    public async Task Plan_ExistsAndEqualsOrDiffers_IsAdoptedOrAConflictWithItsPlace()
    {
        using var project = New(transactional: true);
        project.Write(Text);
        await File.WriteAllTextAsync(FileOf(project, "poem~roses"), """{"name":"roses","text":"ROSES"}""", TestProject.Token);
        await File.WriteAllTextAsync(FileOf(project, "note~zwei"), """{"name":"zwei","text":"another"}""", TestProject.Token);

        var conflict = await project.PlanAsync();

        var diagnostic = conflict.Diagnostics.ShouldHaveSingleItem();
        (diagnostic.Code, diagnostic.Address, diagnostic.Place!.Line).ShouldBe((DiagnosticCodes.AdoptionConflict, "folder_note.second", 5));
        File.Delete(FileOf(project, "note~zwei"));
        var report = await project.ApplyAsync();
        (report.Counts.Adopted, report.Counts.Created).ShouldBe((1, 2));
        await project.ShouldBeConvergedAsync();
    }

    [Fact]
    public async Task Plan_ProviderFindsMistakes_AllAreShownInTheText()
    {
        using var project = New(transactional: true);
        project.Variables.Clear();
        project.Write("""
            provider "folder" { path = env.FILES }
            create "folder_note" "long" {
              name = "a name that has far more letters than the forty that fit"
            }
            create "folder_note" "kind" {
              kind = "wild"
            }
            """);

        var result = await project.PlanAsync();

        result.Diagnostics.Select(d => $"{d.Place!.Line}:{d.Place.Column} {d.Address}").ShouldBe(["3:10 folder_note.long", "6:10 folder_note.kind"]);
        Directory.GetFiles(project.World).ShouldBeEmpty();
    }

    [Fact]
    public async Task Drift_ChangedGoneAndProtected_TellsWhatBecameOfEachRecord()
    {
        using var project = New(transactional: true);
        project.Write(Text.Replace("text = \"roses\"", "text = \"roses\"\n  lifecycle { prevent_destroy = true }", StringComparison.Ordinal));
        (await project.ApplyAsync()).Diagnostics.ShouldBeEmpty();
        (await project.Engine().DriftAsync(TestProject.Token)).Resources.Select(r => r.Status).ShouldBe(["in_sync", "in_sync", "in_sync"]);

        // What the configuration says meanwhile does not matter.
        project.Write(Text[..Text.IndexOf("create", StringComparison.Ordinal)]);
        await File.WriteAllTextAsync(FileOf(project, "note~first"), """{"name":"first","text":"overwritten","lines":[{"name":"one","text":"2"}]}""", TestProject.Token);
        File.Delete(FileOf(project, "note~zwei"));

        // The text is a secret, of which the state knows nothing but a mark.
        var drift = await project.Engine().DriftAsync(TestProject.Token);

        drift.Diagnostics.ShouldBeEmpty();
        drift.Resources.Select(r => $"{r.Instance} {r.Address} {r.Status} {string.Join(',', r.Changes.Keys)}".TrimEnd()).ShouldBe(
            ["folder folder_note.first drifted lines.one.text", "folder folder_note.second missing", "folder folder_poem.roses in_sync"], ignoreOrder: true);
        Definition(project, "note~first")["text"]!.GetValue<string>().ShouldBe("overwritten");
        File.Exists(FileOf(project, "poem~roses")).ShouldBeTrue();
    }

    private static TestProject New(bool transactional)
    {
        var project = new TestProject();
        project.Registry.Register("folder", InProcessRuntime.Factory(() => Define(transactional)));
        Directory.CreateDirectory(project.World);
        project.Variables.Add(new("pin", "1234-5678-9012"));
        project.Variables.Add(new("text", "a very secret text"));
        return project;
    }

    private static ProviderDefinition<FolderSession> Define(bool transactional) => new ProviderDefinition<FolderSession>
    {
        Name = "folder",
        Version = "1.2.3",
        Description = "Files in a folder.",
        Capabilities = new Dictionary<string, bool> { ["transactional_ddl"] = transactional },
        ConfigSchema = new ObjectType { Attributes = new Dictionary<string, AttributeSchema> { ["path"] = new() { Type = "string", Required = true } } },
        ConnectAsync = (config, _, _) => Task.FromResult<IProviderConnection<FolderSession>>(new FolderConnection(config["path"]!.GetValue<string>(), transactional)),
    }.Add("note", new NoteHandler()).Add("poem", new PoemHandler());

    private static string FileOf(TestProject project, string name) => Path.Combine(project.World, name + ".json");

    private static JsonObject Definition(TestProject project, string name) => JsonNode.Parse(File.ReadAllText(FileOf(project, name)))!.AsObject();

    private static async Task ShouldHoldNoSecretAsync(TestProject project)
    {
        foreach (var file in Directory.EnumerateFiles(project.StateDirectory.Root, "*", SearchOption.AllDirectories))
        {
            var text = await File.ReadAllTextAsync(file, TestProject.Token);
            text.ShouldNotContain("very secret", Case.Insensitive, file);
            text.ShouldNotContain("1234-5678", Case.Insensitive, file);
        }
    }
}
