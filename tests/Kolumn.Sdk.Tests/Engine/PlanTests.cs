using System.Globalization;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Tests.Folders;
using static Kolumn.Sdk.Tests.Folders.FolderProvider;

namespace Kolumn.Sdk.Tests.Engine;

public sealed class PlanTests
{
    [Fact]
    public async Task Plan_NothingExists_CreatesInDependencyOrder()
    {
        await using var provider = await ConfiguredAsync();

        var plan = await provider.PlanAsync(
            Create("folder_note", "third", """{"after":["folder_note.second"]}"""),
            Create("note", "second", "{}", "folder_note.first"),
            Create("folder_note", "first"));

        plan.Success.ShouldBeTrue(plan.Error);
        plan.ExecutionOrder.ShouldBe(["folder_note.first", "note.second", "folder_note.third"]);
        plan.Resources.Select(r => r.Action).ShouldBe(["create", "create", "create"]);
        plan.Resources[0].Dependencies.ShouldBe(["note.second"]);
        plan.Resources[0].Statements!.ShouldHaveSingleItem().ShouldContain("\"do\":\"create\"");
        plan.Resources[0].RollbackStatements!.ShouldHaveSingleItem().ShouldContain("\"do\":\"drop\"");
        plan.Resources[0].RiskLevel.ShouldBe("low");
        plan.PlanHash.ShouldNotBeNull();
        provider.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Plan_AfterApply_IsEmpty()
    {
        await using var provider = await ConfiguredAsync();
        var applied = await provider.ApplyAsync(Create("note", "a", """{"text":"x","lines":[{"name":"l"}]}"""));

        var plan = await provider.PlanAsync(Update("note", "a", applied.Results[0].State, """{"text":"x","lines":[{"name":"l"}]}"""));

        plan.Resources.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            r => r.Action.ShouldBe("noop"), r => r.Changes.ShouldBeNull(), r => r.Drift.ShouldBeNull(), r => r.Statements.ShouldBeNull());
    }

    [Fact]
    public async Task Plan_ExistsAndEquals_IsAdopted()
    {
        await using var provider = await ConfiguredAsync();
        await File.WriteAllTextAsync(provider.FileOf("note", "a"), """{"name":"a","text":"x"}""", TestContext.Current.CancellationToken);

        var plan = await provider.PlanAsync(Create("note", "a", """{"text":"x"}"""));

        plan.Resources[0].ShouldSatisfyAllConditions(r => r.Action.ShouldBe("read"), r => r.Statements.ShouldBeNull());
        var applied = await provider.ApplyAsync(Create("note", "a", """{"text":"x"}"""));
        applied.Results[0].State!["text"]!.GetValue<string>().ShouldBe("x");
        applied.Summary.Unchanged.ShouldBe(1);
    }

    [Fact]
    public async Task Plan_ExistsAndDiffers_IsAConflictThatNamesEveryDifference()
    {
        await using var provider = await ConfiguredAsync();
        await File.WriteAllTextAsync(
            provider.FileOf("note", "a"), """{"name":"a","text":"x","lines":[{"name":"l","text":"1"}]}""", TestContext.Current.CancellationToken);

        var plan = await provider.PlanAsync(Create("note", "a", """{"text":"y","lines":[{"name":"l","text":"2"}]}"""));

        plan.Success.ShouldBeFalse();
        plan.Code.ShouldBe(DiagnosticCodes.Validation);
        var conflict = plan.Diagnostics!.ShouldHaveSingleItem();
        conflict.Code.ShouldBe(DiagnosticCodes.AdoptionConflict);
        conflict.Address.ShouldBe("note.a");
        conflict.Detail!.ShouldContain("text: the database has x, the configuration asks for y; lines.l.text: the database has 1, the configuration asks for 2");
    }

    [Fact]
    public async Task Plan_ChangedOutside_ReportsDriftBesideTheUpdate()
    {
        await using var provider = await ConfiguredAsync();
        var state = (await provider.ApplyAsync(Create("note", "a", """{"text":"x"}"""))).Results[0].State;
        await File.WriteAllTextAsync(provider.FileOf("note", "a"), """{"name":"a","text":"z"}""", TestContext.Current.CancellationToken);

        var plan = await provider.PlanAsync(Update("note", "a", state, """{"text":"x"}"""));

        var resource = plan.Resources[0];
        resource.Action.ShouldBe("update");
        resource.Drift!["text"].ShouldSatisfyAllConditions(d => d.OldValue!.GetValue<string>().ShouldBe("x"), d => d.NewValue!.GetValue<string>().ShouldBe("z"));
        resource.Changes!["text"].ShouldSatisfyAllConditions(c => c.OldValue!.GetValue<string>().ShouldBe("z"), c => c.NewValue!.GetValue<string>().ShouldBe("x"));
    }

    [Fact]
    public async Task Plan_DeletedOutside_CreatesAgainOrHasNothingToDelete()
    {
        await using var provider = await ConfiguredAsync();
        var state = (await provider.ApplyAsync(Create("note", "a"), Create("note", "b"))).Results[0].State;
        File.Delete(provider.FileOf("note", "a"));

        (await provider.PlanAsync(Update("note", "a", state))).Resources[0].ShouldSatisfyAllConditions(
            r => r.Action.ShouldBe("create"), r => r.Reason.ShouldBe("deleted outside Kolumn"));
        (await provider.PlanAsync(Delete("note", "a", state))).Resources[0].ShouldSatisfyAllConditions(
            r => r.Action.ShouldBe("delete"), r => r.Reason.ShouldBe("does not exist any more"), r => r.Statements.ShouldBeNull());
    }

    [Theory]
    [InlineData("""{"text":"a","kind":"plain"}""", """{"text":"b","kind":"plain"}""", "update", "low")]
    [InlineData("""{"text":"a","kind":"plain"}""", """{"text":"a","kind":"rich"}""", "replace", "critical")]
    [InlineData("""{"text":"frozen"}""", """{"text":"b"}""", "replace", "critical")]
    [InlineData("""{"text":"a","name":"old"}""", """{"text":"a","name":"new"}""", "replace", "critical")]
    public async Task Plan_Change_IsMadeInPlaceWherePossible(string before, string after, string action, string risk)
    {
        await using var provider = await ConfiguredAsync();
        var state = (await provider.ApplyAsync(Create("note", "a", before))).Results[0].State;

        var planned = (await provider.PlanAsync(Update("note", "a", state, after))).Resources[0];

        planned.Action.ShouldBe(action);
        planned.RequiresReplace.ShouldBe(action == "replace");
        planned.RiskLevel.ShouldBe(risk);
        var applied = await provider.ApplyAsync(Update("note", "a", state, after));
        applied.Success.ShouldBeTrue(applied.Error);
        applied.Summary.Updated.ShouldBe(1);
        provider.Files.Count.ShouldBe(1);
        (await provider.PlanAsync(Update("note", "a", applied.Results[0].State, after))).Resources[0].Action.ShouldBe("noop");
    }

    [Fact]
    public async Task Plan_RenameOntoSomethingThatExists_IsRefused()
    {
        await using var provider = await ConfiguredAsync();
        var applied = await provider.ApplyAsync(Create("note", "a"), Create("note", "b"));

        var plan = await provider.PlanAsync(Update("note", "a", applied.Results[0].State, """{"name":"b"}"""));

        plan.Diagnostics!.ShouldHaveSingleItem().Summary.ShouldBe("note a cannot become b: that exists already");
    }

    [Fact]
    public async Task Plan_SameObjectUnderANewAddress_MovesAndDropsNothing()
    {
        await using var provider = await ConfiguredAsync();
        var state = (await provider.ApplyAsync(Create("note", "old", """{"name":"n","text":"x"}"""))).Results[0].State;
        PlanResource[] move = [Create("note", "new", """{"name":"n","text":"y"}"""), Delete("note", "old", state)];

        var plan = await provider.PlanAsync(move);

        plan.Resources[0].Action.ShouldBe("update");
        plan.Resources[1].ShouldSatisfyAllConditions(r => r.Statements.ShouldBeNull(), r => r.Reason.ShouldBe("is managed as note.new from now on"));
        (await provider.ApplyAsync(move)).Success.ShouldBeTrue();
        (await File.ReadAllTextAsync(provider.FileOf("note", "n"), TestContext.Current.CancellationToken)).ShouldContain("\"y\"");
    }

    [Fact]
    public async Task Plan_Deletes_ComeLastAndDependantsFirst()
    {
        await using var provider = await ConfiguredAsync();
        var states = (await provider.ApplyAsync(Create("note", "base"), Create("note", "top", """{"after":["base"]}"""), Create("blob", "side", "{}", "note.base")))
            .Results.ToDictionary(r => r.Name, r => r.State);

        var plan = await provider.PlanAsync(
            Delete("note", "base", states["base"]), Create("note", "fresh"), Delete("note", "top", states["top"]), Delete("blob", "side", states["side"], "note.base"));

        plan.ExecutionOrder[0].ShouldBe("note.fresh");
        plan.ExecutionOrder[3].ShouldBe("note.base");
        plan.Resources[0].Hazards!.ShouldHaveSingleItem().Name.ShouldBe("data_loss");
    }

    [Fact]
    public async Task Plan_Cycle_NamesItsMembers()
    {
        await using var provider = await ConfiguredAsync();

        var plan = await provider.PlanAsync(
            Create("note", "a", """{"after":["b"]}"""), Create("note", "b", """{"after":["c"]}"""), Create("note", "c", """{"after":["a"]}"""), Create("note", "d", """{"after":["d"]}"""));

        plan.Success.ShouldBeFalse();
        var cycle = plan.Diagnostics!.ShouldHaveSingleItem();
        cycle.Code.ShouldBe(DiagnosticCodes.DependencyCycle);
        cycle.Summary.ShouldBe("the resources depend on each other: note.a -> note.b -> note.c -> note.a");
    }

    [Fact]
    public async Task Plan_ManyMistakes_AllAtOnce()
    {
        await using var provider = await ConfiguredAsync();

        var plan = await provider.PlanAsync(
            Create("folder_not", "a"),
            Create("", "b"),
            Create("note", "c", """{"txt":"x"}"""),
            Create("note", "d") with { Action = "destroy" },
            Create("note", "e"),
            Create("folder_note", "e"),
            Create("note", "f", """{"name":"e"}"""),
            Create("note", ""));

        plan.Diagnostics!.Select(d => $"{d.Address} {d.Code}").ShouldBe(
            [
                "folder_not.a INVALID_RESOURCE_TYPE", ".b MISSING_RESOURCE_TYPE", "note.c UNKNOWN_ATTRIBUTE",
                "note.d INVALID_REQUEST", "folder_note.e DUPLICATE_RESOURCE", "note. INVALID_REQUEST",
            ]);
        plan.Diagnostics![0].Detail.ShouldBe("Did you mean \"folder_note\"?");
        (await provider.PlanAsync(Create("note", "e"), Create("note", "f", """{"name":"e"}"""))).Diagnostics!
            .ShouldHaveSingleItem().Summary.ShouldBe("note e is described twice");
        (await provider.PlanAsync(Create("note", "e"))).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Plan_ServersSpelling_IsAskedForOnceAndRecorded()
    {
        await using var provider = await ConfiguredAsync();
        var state = (await provider.ApplyAsync(Create("poem", "p", """{"text":"ode"}"""))).Results[0].State;
        state!["text"]!.GetValue<string>().ShouldBe("ODE");

        (await provider.PlanAsync(Update("poem", "p", state, """{"text":"ode"}"""))).Resources[0].Action.ShouldBe("noop");
        provider.Poems.Normalized.ShouldBe(0);
        (await provider.PlanAsync(Update("poem", "p", state, """{"text":"Ode"}"""))).Resources[0].Action.ShouldBe("noop");
        provider.Poems.Normalized.ShouldBe(1);
        (await provider.PlanAsync(Create("poem", "p", """{"text":"ode"}"""))).Resources[0].Action.ShouldBe("read");
        var refused = await provider.PlanAsync(Update("poem", "p", state, """{"text":"forbidden"}"""));
        refused.Diagnostics!.ShouldHaveSingleItem().ToString().ShouldBe("poem.p: the folder refuses the word forbidden");
    }

    [Fact]
    public async Task Plan_ProposedNoOp_IsNotLookedAt()
    {
        await using var provider = await ConfiguredAsync();
        var applied = await provider.ApplyAsync(Create("note", "a"), Create("note", "b"));
        File.Delete(provider.FileOf("note", "a"));
        PlanResource[] Request(string action) => [Update("note", "a", applied.Results[0].State) with { Action = action }, Create("note", "c", """{"after":["a"]}""")];

        (await provider.PlanAsync(Request("noop"))).Resources.Select(r => r.Action).ShouldBe(["noop", "create"]);
        (await provider.PlanAsync(Request("update"))).Resources.Select(r => r.Action).ShouldBe(["create", "create"]);
    }

    [Fact]
    public async Task Plan_WithoutDatabase_TrustsThePriorState()
    {
        await using var provider = await ConfiguredAsync();
        var request = new PlanRequest
        {
            Resources = [Create("note", "a"), Update("note", "b", new JsonObject { ["name"] = "b", ["text"] = "x" }, """{"text":"y"}""")],
            Options = new PlanOptions { CheckDatabase = false },
        };
        Directory.Delete(provider.Root, recursive: true);

        var plan = await provider.CallAsync<PlanRequest, PlanResponse>(FunctionNames.Plan, request);

        plan.Success.ShouldBeTrue(plan.Error);
        plan.Resources.Select(r => r.Action).ShouldBe(["create", "update"]);
        Directory.CreateDirectory(provider.Root);
    }

    [Fact]
    public async Task Plan_TenThousandResources_ReadsOncePerType()
    {
        await using var provider = await ConfiguredAsync();
        var resources = Enumerable.Range(0, 10_000)
            .Select(i => Create("note", $"n{i}", i == 0 ? "{}" : string.Create(CultureInfo.InvariantCulture, $$"""{"after":["n{{i - 1}}"]}""")))
            .Reverse()
            .ToArray();

        var plan = await provider.PlanAsync(resources);

        plan.Success.ShouldBeTrue(plan.Error);
        plan.ExecutionOrder.ShouldBe(Enumerable.Range(0, 10_000).Select(i => $"note.n{i}"));
    }
}
