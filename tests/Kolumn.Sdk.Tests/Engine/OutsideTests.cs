using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Tests.Folders;
using Kolumn.Testing;
using static Kolumn.Sdk.Tests.Folders.FolderProvider;

namespace Kolumn.Sdk.Tests.Engine;

/// <summary>Changes that are finished after the commit.</summary>
public sealed class OutsideTests
{
    private static readonly Diagnostic Storm = Diagnostic.Error(DiagnosticCodes.Operation, "a storm");

    [Fact]
    public async Task Plan_PartOutside_SaysWhichStatementsAndWhatThatMeans()
    {
        await using var provider = await ConfiguredAsync();

        var plan = await provider.PlanAsync(Create("note", "a"), Create("ship", "b", """{"text":"x"}"""), Create("ship", "c"));

        plan.Resources.Select(r => r.StatementDetails is null ? "" : string.Join(' ', r.StatementDetails.Select(d => d.OutsideTransaction))).ShouldBe(["", "False True True True", "True"]);
        plan.Resources[0].Hazards.ShouldBeNull();
        plan.Resources[1].Hazards!.Select(h => $"{h.Name}: {h.Detail}").ShouldBe(
            ["outside_transaction: It is finished after the commit, without a transaction: a failure there leaves what was committed until then, and the next plan goes on from it."]);
        plan.Resources[2].Hazards!.Select(h => $"{h.Name}: {h.Detail}").ShouldBe(
            ["outside_transaction: It is done after the commit, without a transaction: a failure there undoes nothing else, and the next plan tries again."]);
    }

    [Fact]
    public async Task Apply_PartOutside_IsMadeAfterTheCommitAndBeforeWhatNeedsIt()
    {
        await using var provider = await ConfiguredAsync();

        var applied = await provider.ApplyAsync(
            Create("ship", "b", """{"text":"x"}"""), Create("note", "a"), Create("note", "needy", "{}", "ship.b"), Create("ship", "c", """{"text":"y"}"""));

        applied.Success.ShouldBeTrue(applied.Error);
        applied.Results.Select(r => $"{r.Address} {r.State!["text"]}").ShouldBe(["ship.b x", "note.a ", "note.needy ", "ship.c y"]);
        provider.Connections[0].Trace.ShouldBe(
            ["commit", "alone alter b", "begin", "commit", "alone alter c", "begin", "commit", "begin", "commit", "begin", "commit"]);
        provider.Events.Where(e => e.Type == "resource").Select(e => e.Address).ShouldBe(["note.a", "ship.b", "ship.c", "note.needy"]);
        provider.Events.Where(e => e.Type == "progress").Select(e => $"{e.Address} {e.Current}/{e.Total}").ShouldBe(["note.a 1/4", "ship.b 2/4", "ship.c 3/4", "note.needy 4/4"]);
        (await provider.PlanAsync(Update("ship", "b", applied.Results[0].State, """{"text":"x"}"""))).Resources[0].Action.ShouldBe("noop");
    }

    [Fact]
    public async Task Apply_OutsideIsRefused_KeepsWhatIsCommittedSaysWhatThereIsAndTheNextPlanFinishes()
    {
        await using var provider = await ConfiguredAsync();
        provider.Connections[0].Storms.Enqueue(Storm);

        var applied = await provider.ApplyAsync(
            Create("ship", "b", """{"text":"x"}"""), Create("note", "a"), Create("note", "needy", "{}", "ship.b"), Create("ship", "c", """{"text":"y"}"""));

        (applied.Success, applied.RolledBack, applied.Code).ShouldBe((false, false, DiagnosticCodes.Operation));
        applied.Error.ShouldBe("ship.b: a storm. What comes before it is committed and stays; plan and apply again to go on from there.");
        applied.Results.Select(r => $"{r.Address} {r.Success} {r.Skipped} {r.State?["text"]} {r.Error}").ShouldBe(
            [
                "ship.b False False wreck ship.b: a storm. What comes before it is committed and stays; plan and apply again to go on from there.",
                "note.a True False  ",
                "note.needy False True  not begun: dependency ship.b failed",
                "ship.c True False y ",
            ]);
        applied.Results[0].State!.ContainsKey("_config_hash").ShouldBeFalse();
        provider.Files.ShouldBe(["note~a", "ship~b", "ship~c"]);

        var again = await provider.ApplyAsync(
            Update("ship", "b", applied.Results[0].State, """{"text":"x"}"""), Create("note", "needy", "{}", "ship.b"));
        again.Success.ShouldBeTrue(again.Error);
        again.Results.Select(r => $"{r.Action} {r.Address} {r.State!["text"]}").ShouldBe(["update ship.b x", "create note.needy "]);
    }

    [Fact]
    public async Task Apply_CleanupIsRefusedToo_SaysSo()
    {
        await using var provider = await ConfiguredAsync();
        provider.Connections[0].Storms.Enqueue(Storm);
        provider.Connections[0].Storms.Enqueue(Storm);

        var applied = await provider.ApplyAsync(Create("ship", "c"));

        applied.Results[0].Error!.ShouldStartWith("ship.c: a storm. Nothing of this change was made; everything before it is committed. Plan and apply again to repeat it. Its remains could not be taken away (");
        applied.Results[0].State.ShouldBeNull();
        provider.Files.ShouldBeEmpty();
        (await provider.ApplyAsync(Create("ship", "c"))).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Apply_SomebodyIsInTheWayOutside_IsTriedAgain()
    {
        var clock = new ManualClock();
        await using var provider = await ConfiguredAsync(time: clock);
        provider.Connections[0].Storms.Enqueue(Storm with { Retryable = true });
        provider.Connections[0].Storms.Enqueue(Storm with { Retryable = true });

        var applying = provider.ApplyAsync(Create("ship", "b", """{"text":"x"}"""));
        await Eventually.IsSoAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return applying.IsCompleted;
        }, TestContext.Current.CancellationToken);

        (await applying).Success.ShouldBeTrue();
        provider.Connections[0].Trace.ShouldBe(["commit", "alone alter b", "alone alter b", "alone alter b", "begin", "commit", "begin", "commit"]);
    }

    [Fact]
    public async Task Apply_TransactionIsRefused_NothingIsDoneOutside()
    {
        await using var provider = await ConfiguredAsync();

        var applied = await provider.ApplyAsync(Create("ship", "c"), Create("note", "bad", """{"name":"no/where"}"""));

        (applied.Success, applied.RolledBack).ShouldBe((false, true));
        provider.Connections[0].Trace.ShouldNotContain(step => step.StartsWith("alone", StringComparison.Ordinal));
        provider.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_SecondTransactionIsRefused_KeepsTheFirst()
    {
        await using var provider = await ConfiguredAsync();

        var applied = await provider.ApplyAsync(Create("ship", "b", """{"text":"x"}"""), Create("note", "n", """{"name":"no/where"}""", "ship.b"), Create("note", "o", "{}", "ship.b"));

        (applied.Success, applied.RolledBack).ShouldBe((false, false));
        applied.Results.Select(r => $"{r.Address} {r.Success} {r.Skipped} {r.Error}").ShouldBe(
            [
                "ship.b True False ",
                "note.n False False note.n: note~no/where.json is in no folder",
                "note.o False True rolled back because note.n failed. What earlier transactions committed stays.",
            ]);
        provider.Files.ShouldBe(["ship~b"]);
    }

    [Fact]
    public async Task Delete_BesideSomethingOutside_ComesAfterIt()
    {
        await using var provider = await ConfiguredAsync();
        var made = await provider.ApplyAsync(Create("note", "old"));

        var applied = await provider.ApplyAsync(Delete("note", "old", made.Results[0].State), Create("ship", "b", """{"text":"x"}"""));

        applied.Success.ShouldBeTrue(applied.Error);
        provider.Connections[0].Trace.Skip(1).ShouldBe(["commit", "alone alter b", "begin", "commit", "begin", "commit", "begin", "commit"]);
        provider.Files.ShouldBe(["ship~b"]);
    }

    [Fact]
    public async Task Apply_InATransactionOfSomebodyElse_IsRefused()
    {
        await using var provider = await ConfiguredAsync();
        var begun = await provider.CallAsync<TransactionRequest, TransactionResponse>(FunctionNames.BeginTransaction, new TransactionRequest());

        var applied = await provider.CallAsync<PlanRequest, ApplyResponse>(
            FunctionNames.Apply, new PlanRequest { Resources = [Create("ship", "b", """{"text":"x"}""")], TransactionId = begun.TransactionId });

        applied.Error.ShouldBe("ship.b: ship b cannot be changed in a transaction. Nothing was changed. The database takes this change only outside of one: make it in a call without transaction_id.");
        provider.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_WithoutTransactions_RunsEverythingInItsOrder()
    {
        await using var provider = await ConfiguredAsync(transactional: false);

        var applied = await provider.ApplyAsync(Create("ship", "b", """{"text":"x"}"""));

        applied.Success.ShouldBeTrue(applied.Error);
        (JsonNode.Parse(await File.ReadAllTextAsync(provider.FileOf("ship", "b"), TestContext.Current.CancellationToken))!["text"]!.GetValue<string>()).ShouldBe("x");
    }
}
