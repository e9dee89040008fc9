using Kolumn.Core.Applying;
using Kolumn.Core.Planning;
using Kolumn.Core.Tests.Support;
using Kolumn.Protocol;

namespace Kolumn.Core.Tests.Engine;

public sealed class KolumnEngineTests
{
    private const string Shop = TestProject.Provider + """
        locals { greeting = "hello" }

        create "files_document" "users" {
          folder  = files_folder.shop
          content = "${local.greeting} ${files_folder.shop.name}"
          column "id"   { type = "int" }
          column "mail" {
            type     = "text"
            nullable = false
          }
        }

        create "files_folder" "shop" { name = "the shop" }

        output "size" { value = files_document.users.size }
        output "folder" { value = files_folder.shop.full_name }
        """;

    [Fact]
    public async Task Apply_NewProject_CreatesRecordsAndConverges()
    {
        using var project = new TestProject();
        project.Write(Shop);

        var report = await project.ApplyAsync();

        report.Diagnostics.ShouldBeEmpty();
        report.Results.Select(r => $"{r.Action} {r.Address} {r.Outcome}").ShouldBe(
            ["create files_folder.shop Succeeded", "create files_document.users Succeeded"]);
        project.Read("files_document", "users")!.ToJsonString().ShouldBe(
            """{"folder":"files_folder.shop","content":"hello the shop","columns":[{"name":"id","type":"int"},{"name":"mail","type":"text","nullable":false}],"name":"users"}""");
        report.Outputs.Select(o => $"{o.Name}={o.Value}").ShouldBe(["size=14", "folder=the shop"]);
        var state = project.Engine().State();
        state.Resources.Select(r => $"{r.Address} {r.Provider} {r.State["location"]}").ShouldBe(
            ["files_folder.shop files files/the shop", "files_document.users files files/users"]);
        state.Resources[1].DependsOn.ShouldBe(["files_folder.shop"]);
        await project.ShouldBeConvergedAsync();
    }

    [Fact]
    public async Task Plan_NothingApplied_ShowsCreationsAndUnknownOutputs()
    {
        using var project = new TestProject();
        project.Write(Shop);

        var result = await project.PlanAsync();

        result.Diagnostics.ShouldBeEmpty();
        result.Plan!.Counts.ShouldBe(new PlanCounts { Create = 2 });
        result.Plan.Outputs.ShouldBe([new PlannedOutput("size", null, false, false, "create"), result.Plan.Outputs[1]]);
        result.Plan.Outputs[1].Value!.GetValue<string>().ShouldBe("the shop");
        Directory.Exists(project.World).ShouldBeFalse();
        project.Files.Closed.ShouldBe(1);
    }

    [Fact]
    public async Task Apply_ChangedAndRemovedBlocks_UpdatesAndDeletes()
    {
        using var project = new TestProject();
        project.Write(Shop);
        await project.ApplyAsync();
        project.Write(TestProject.Provider + """
            create "files_folder" "shop" {
              name    = "the shop"
              comment = "moved"
            }
            """);

        var report = await project.ApplyAsync();

        report.Diagnostics.ShouldBeEmpty();
        report.Counts.ShouldBe(new ApplyCounts(0, 1, 0, 1, 0, 0, 0, 0, 0));
        project.Read("files_document", "users").ShouldBeNull();
        project.Engine().State().Resources.Select(r => r.Address).ShouldBe(["files_folder.shop"]);
        project.Engine().State().Outputs.ShouldBeEmpty();
        await project.ShouldBeConvergedAsync();
    }

    [Fact]
    public async Task Destroy_AppliedProject_DeletesDependantsFirst()
    {
        using var project = new TestProject();
        project.Write(Shop);
        await project.ApplyAsync();

        var report = await project.DestroyAsync();

        report.Diagnostics.ShouldBeEmpty();
        project.Files.Log[2..].ShouldBe(["delete files_document.users", "delete files_folder.shop"]);
        project.Engine().State().Resources.ShouldBeEmpty();
        (await project.PlanAsync()).Plan!.Counts.Create.ShouldBe(2);
    }

    [Fact]
    public async Task Apply_ExistsAndEquals_IsAdoptedUntouched()
    {
        using var project = new TestProject();
        project.Write(TestProject.Provider + """create "files_folder" "shop" {}""");
        Directory.CreateDirectory(Path.Combine(project.World, "files_folder"));
        await File.WriteAllTextAsync(Path.Combine(project.World, "files_folder", "shop.json"), """{ "name": "shop" }""", TestProject.Token);

        var report = await project.ApplyAsync();

        report.Counts.ShouldBe(new ApplyCounts(0, 0, 0, 0, 1, 0, 0, 0, 0));
        project.Files.Log.ShouldBeEmpty();
        await project.ShouldBeConvergedAsync();
    }

    [Fact]
    public async Task Plan_ExistsAndDiffers_ConflictHasItsPlace()
    {
        using var project = new TestProject();
        project.Write(TestProject.Provider + """
            create "files_document" "terms" {
              content = "new"
            }
            """);
        Directory.CreateDirectory(Path.Combine(project.World, "files_document"));
        await File.WriteAllTextAsync(Path.Combine(project.World, "files_document", "terms.json"), """{ "name": "terms", "content": "old" }""", TestProject.Token);

        var result = await project.PlanAsync();

        var conflict = result.Diagnostics.ShouldHaveSingleItem();
        conflict.Code.ShouldBe(DiagnosticCodes.AdoptionConflict);
        conflict.Place.ShouldNotBeNull();
        (conflict.Place.Line, conflict.Place.Column, conflict.Place.LineText).ShouldBe((5, 13, "  content = \"new\""));
        (await project.ApplyAsync()).Success.ShouldBeFalse();
        project.Files.Log.ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_TurnedDown_ChangesNothing()
    {
        using var project = new TestProject();
        project.Write(Shop);

        var report = await project.Engine().ApplyAsync(new ApplyOptions { Approve = (_, _) => Task.FromResult(false) }, TestProject.Token);

        (report.Success, report.Approved, report.Plan!.Counts.Create).ShouldBe((true, false, 2));
        Directory.Exists(project.World).ShouldBeFalse();
    }
}
