using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Tests.Folders;
using static Kolumn.Sdk.Tests.Folders.FolderProvider;

namespace Kolumn.Sdk.Tests.Engine;

public sealed class ApplyTests
{
    [Fact]
    public async Task Apply_StatementsAndOperations_InOneTransaction()
    {
        await using var provider = await ConfiguredAsync();

        var applied = await provider.ApplyAsync(
            Create("note", "b", """{"after":["a"],"text":"x"}"""), Create("blob", "c", "{}", "note.b"), Create("note", "a"), Create("poem", "p", """{"text":"ode"}"""));

        applied.Success.ShouldBeTrue(applied.Error);
        applied.Results.Select(r => $"{r.Action} {r.Address} {r.Success}").ShouldBe(["create note.a True", "create note.b True", "create blob.c True", "create poem.p True"]);
        applied.Summary.Created.ShouldBe(4);
        provider.Files.ShouldBe(["blob~c", "note~a", "note~b", "poem~p"]);
        applied.Results[3].State!["text"]!.GetValue<string>().ShouldBe("ODE");
        provider.Events.Select(e => $"{e.Type} {e.Address} {e.Current}/{e.Total}").ShouldBe(
            [
                "progress note.a 1/4", "progress note.b 2/4", "progress blob.c 3/4", "progress poem.p 4/4",
                "resource note.a /", "resource note.b /", "resource blob.c /", "resource poem.p /",
            ]);
    }

    [Fact]
    public async Task Apply_OneStatementIsRefused_NothingHappened()
    {
        await using var provider = await ConfiguredAsync();
        var kept = (await provider.ApplyAsync(Create("note", "kept"))).Results[0].State;
        provider.Events.Clear();

        var applied = await provider.ApplyAsync(
            Create("note", "a"), Create("note", "bad", """{"name":"no/where"}"""), Create("blob", "c"), Update("note", "kept", kept));

        applied.Success.ShouldBeFalse();
        applied.RolledBack.ShouldBeTrue();
        applied.Code.ShouldBe(DiagnosticCodes.Operation);
        applied.Error.ShouldBe("note.bad: note~no/where.json is in no folder");
        applied.Results.Select(r => $"{r.Address} {r.Success} {r.Skipped} {r.Error}").ShouldBe(
            [
                "note.a False True rolled back because note.bad failed. The database is as it was.",
                "note.bad False False note.bad: note~no/where.json is in no folder",
                "blob.c False True rolled back because note.bad failed. The database is as it was.",
                "note.kept True False ",
            ]);
        applied.Summary.ShouldBe(new ApplySummary { Failed = 3, Skipped = 2, Unchanged = 1 });
        provider.Files.ShouldBe(["note~kept"]);
        provider.Events.ShouldNotContain(e => e.Type == "resource");
        (await provider.ApplyAsync(Create("note", "a"))).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Apply_OperationBreaks_IsAProviderBugAndNothingHappened()
    {
        await using var provider = await ConfiguredAsync();

        var failure = await Should.ThrowAsync<ProviderCallException>(() => provider.ApplyAsync(Create("note", "a"), Create("blob", "b", """{"text":"break"}""")));

        failure.Failure.ShouldBe(ProviderCallFailure.Defect);
        failure.Message.ShouldBe("provider bug in folder 1.2.3, Apply: blob.b: CreateAsync failed with FormatException: a blob cannot break");
        provider.Files.ShouldBeEmpty();
        (await provider.ApplyAsync(Create("note", "a"))).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Apply_WithoutTransactions_IndependentOnesGoOnAndDependantsAreSkipped()
    {
        await using var provider = await ConfiguredAsync(transactional: false);

        var applied = await provider.ApplyAsync(
            Create("blob", "broken", """{"text":"break"}"""),
            Create("blob", "needy", """{"after":["broken"]}"""),
            Create("note", "needier", "{}", "blob.needy"),
            Create("note", "free"),
            Create("note", "refused", """{"name":"no/where"}"""));

        applied.Success.ShouldBeFalse();
        applied.RolledBack.ShouldBeFalse();
        applied.Results.Select(r => $"{r.Address} {r.Success} {r.Skipped} {r.Error}").ShouldBe(
            [
                "blob.broken False False provider bug: blob.broken: CreateAsync failed with FormatException: a blob cannot break. The object may exist: plan again to see.",
                "blob.needy False True not begun: dependency blob.broken failed",
                "note.needier False True not begun: dependency blob.needy failed",
                "note.free True False ",
                "note.refused False False note~no/where.json is in no folder",
            ]);
        applied.Summary.ShouldBe(new ApplySummary { Created = 1, Failed = 4, Skipped = 2 });
        provider.Files.ShouldBe(["note~free"]);
        provider.Events.Count(e => e.Type == "resource").ShouldBe(5);
    }

    [Fact]
    public async Task Apply_WithoutTransactions_DeleteWaitsForItsDependants()
    {
        await using var provider = await ConfiguredAsync(transactional: false);
        var states = (await provider.ApplyAsync(Create("note", "base"), Create("note", "top", """{"after":["base"]}"""))).Results.ToDictionary(r => r.Name, r => r.State);

        var applied = await provider.ApplyAsync(Delete("note", "base", states["base"]), Delete("note", "top", states["top"]));

        applied.Success.ShouldBeTrue(applied.Error);
        applied.Results.Select(r => r.Address).ShouldBe(["note.top", "note.base"]);
        applied.Results.ShouldAllBe(r => r.State == null);
        applied.Summary.Deleted.ShouldBe(2);
        provider.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_AgreedPlanStillHolds_IsDone()
    {
        await using var provider = await ConfiguredAsync();
        PlanResource[] resources = [Create("note", "a"), Create("note", "b")];
        var plan = await provider.PlanAsync(resources);

        var applied = await provider.CallAsync<PlanRequest, ApplyResponse>(FunctionNames.Apply, new PlanRequest { Resources = resources, PlanHash = plan.PlanHash });

        applied.Success.ShouldBeTrue(applied.Error);
        provider.Files.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Apply_SomethingTouchedHasMoved_IsRefused()
    {
        await using var provider = await ConfiguredAsync();
        var states = (await provider.ApplyAsync(Create("note", "a", """{"text":"x"}"""), Create("note", "b", """{"text":"x"}"""))).Results;
        PlanResource[] resources = [Update("note", "a", states[0].State, """{"text":"y"}"""), Update("note", "b", states[1].State, """{"text":"x"}""") with { Action = "noop" }];
        var plan = await provider.PlanAsync(resources);
        await File.WriteAllTextAsync(provider.FileOf("note", "a"), """{"name":"a","text":"behind your back"}""", TestContext.Current.CancellationToken);
        var request = new PlanRequest { Resources = resources, PlanHash = plan.PlanHash };

        var refused = await provider.CallAsync<PlanRequest, ApplyResponse>(FunctionNames.Apply, request);

        refused.Success.ShouldBeFalse();
        refused.Code.ShouldBe(DiagnosticCodes.State);
        refused.Diagnostics!.ShouldHaveSingleItem().Code.ShouldBe(DiagnosticCodes.StalePlan);
        refused.Results.ShouldBeEmpty();
        (await File.ReadAllTextAsync(provider.FileOf("note", "a"), TestContext.Current.CancellationToken)).ShouldContain("behind your back");

        // The same plan holds once what it touches is back where it was, whatever has become of the rest.
        await File.WriteAllTextAsync(provider.FileOf("note", "a"), """{"text":"x","name":"a"}""", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(provider.FileOf("note", "b"), """{"name":"b","text":"elsewhere"}""", TestContext.Current.CancellationToken);
        (await provider.CallAsync<PlanRequest, ApplyResponse>(FunctionNames.Apply, request)).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Apply_HandlerDescribesWhatItDoesNotMake_FailsInsteadOfLying()
    {
        await using var provider = new FolderProvider(transactional: true);
        await using var lying = new LyingProvider(provider.Root);
        (await lying.Dispatcher.ConfigureAsync(new JsonObject { ["path"] = provider.Root }, TestContext.Current.CancellationToken)).Success.ShouldBeTrue();

        var applied = await lying.ApplyAsync(Create("note", "a", """{"text":"promised"}"""));

        applied.Success.ShouldBeFalse();
        applied.RolledBack.ShouldBeTrue();
        applied.Results[0].Diagnostic!.Summary.ShouldBe("note a is not what was asked for after it was changed");
        applied.Results[0].Diagnostic!.Detail.ShouldBe("text: the database has made, asked for was promised. This is a bug of the provider.");
        provider.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_SensitiveAttribute_IsSetAndNeverRecorded()
    {
        await using var provider = await ConfiguredAsync();

        var plan = await provider.PlanAsync(Create("note", "a", """{"pin":"4711-0815"}"""));
        var applied = await provider.ApplyAsync(Create("note", "a", """{"pin":"4711-0815"}"""));

        plan.Resources[0].Changes!["pin"].NewValue!.GetValue<string>().ShouldBe("(sensitive)");
        plan.Resources[0].Statements!.ShouldHaveSingleItem().ShouldContain("\"pin\":\"[REDACTED]\"");
        applied.Success.ShouldBeTrue(applied.Error);
        applied.Results[0].State!.ContainsKey("pin").ShouldBeFalse();
        (await provider.PlanAsync(Update("note", "a", applied.Results[0].State, """{"pin":"4711-0815"}"""))).Resources[0].Action.ShouldBe("noop");
        (await provider.PlanAsync(Update("note", "a", applied.Results[0].State, """{"pin":"other"}"""))).Resources[0].Action.ShouldBe("update");
    }

    [Fact]
    public async Task Apply_SensitiveAttribute_CannotBeGuessedQuicklyFromTheState()
    {
        await using var provider = await ConfiguredAsync();

        var states = new List<string>();
        foreach (var (name, pin) in new[] { ("a", "\"pin\":\"4711\""), ("b", "\"pin\":\"4711\""), ("c", "\"text\":\"4711\"") })
        {
            states.Add((await provider.ApplyAsync(Create("note", name, $"{{{pin}}}"))).Results[0].State!["_config_hash"]!.GetValue<string>());
        }

        states[0].ShouldMatch("^[0-9a-f]{32}:[0-9a-f]{64}$");
        states[0][..32].ShouldNotBe(states[1][..32]);
        states[2].ShouldMatch("^[0-9a-f]{64}$");
    }

    [Fact]
    public async Task Apply_ReplaceOfWhatIsRecorded_PassesTheSecretOn()
    {
        await using var provider = await ConfiguredAsync();
        var state = (await provider.ApplyAsync(Create("note", "a", """{"kind":"plain","pin":"4711-0815"}"""))).Results[0].State;
        await File.WriteAllTextAsync(provider.FileOf("note", "a"), """{"name":"a","kind":"rich"}""", TestContext.Current.CancellationToken);

        var planned = (await provider.PlanAsync(Update("note", "a", state, """{"kind":"plain","pin":"4711-0815"}"""))).Resources[0];

        planned.Action.ShouldBe("replace");
        planned.Changes!.Keys.ShouldBe(["kind"]);
        planned.Statements!.Count(statement => statement.Contains("\"pin\":\"[REDACTED]\"", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Apply_CancelledInTheMiddle_LeavesTheFolderAsItWas()
    {
        await using var provider = await ConfiguredAsync();
        using var cancellation = new CancellationTokenSource();
        provider.Dispatcher.EventReceived += e =>
        {
            if (e.Address == "blob.a")
            {
                cancellation.Cancel();
            }
        };
        var request = PayloadJson.Write(new PlanRequest { Resources = [Create("blob", "a"), Create("note", "b", "{}", "blob.a")] });

        await Should.ThrowAsync<OperationCanceledException>(() => provider.Dispatcher.CallFunctionAsync(FunctionNames.Apply, request, cancellation.Token));

        provider.Files.ShouldBeEmpty();
        (await provider.ApplyAsync(Create("blob", "a"))).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task Apply_CancelledWithoutTransactions_ReportsWhatIsDone()
    {
        await using var provider = await ConfiguredAsync(transactional: false);
        using var cancellation = new CancellationTokenSource();
        provider.Dispatcher.EventReceived += e =>
        {
            if (e is { Type: "resource", Address: "blob.a" })
            {
                cancellation.Cancel();
            }
        };
        var request = PayloadJson.Write(new PlanRequest { Resources = [Create("blob", "a"), Create("note", "b", "{}", "blob.a")] });

        var applied = PayloadJson.Read<ApplyResponse>((await provider.Dispatcher.CallFunctionAsync(FunctionNames.Apply, request, cancellation.Token)).Span);

        applied.Success.ShouldBeFalse();
        applied.Results.Select(r => $"{r.Address} {r.Success} {r.Skipped}").ShouldBe(["blob.a True False", "note.b False True"]);
        applied.Results[1].Diagnostic!.Code.ShouldBe(DiagnosticCodes.Cancelled);
        provider.Files.ShouldBe(["blob~a"]);
    }
}
