using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk;
using Kolumn.Testing;
using static Kolumn.Testing.MigrationCalls;

namespace Kolumn.Providers.Mongo.Tests;

/// <summary>Migrations of the documents of a real database.</summary>
public sealed class MigrationTests : IAsyncLifetime
{
    private readonly TestMongoDatabase _database;

    public MigrationTests(MongoDatabases databases) => _database = databases.Create();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("backfill", """{"field":"state","value":{"$gt":""}}""", "low", """{"_id":1,"age":"5","state":{"$gt":""}}|{"_id":"1","age":7,"state":{"$gt":""}}|{"_id":{"$oid":"0123456789abcdef01234567"},"age":null,"a":{"b":"x"},"state":{"$gt":""}}|{"_id":true,"state":"kept"}""")]
    [InlineData("backfill", """{"field":"a.c","value":{"$date":"2026-01-01T00:00:00Z"}}""", "low", """{"_id":1,"age":"5"}|{"_id":"1","age":7}|{"_id":{"$oid":"0123456789abcdef01234567"},"age":null,"a":{"b":"x","c":{"$date":"2026-01-01T00:00:00Z"}}}|{"_id":true,"state":"kept"}""")]
    [InlineData("rename_field", """{"field":"age","new_name":"years"}""", "medium", """{"_id":1,"years":"5"}|{"_id":"1","years":7}|{"_id":{"$oid":"0123456789abcdef01234567"},"a":{"b":"x"},"years":null}|{"_id":true,"state":"kept"}""")]
    [InlineData("rename_field", """{"field":"a.b","new_name":"d e"}""", "medium", """{"_id":1,"age":"5"}|{"_id":"1","age":7}|{"_id":{"$oid":"0123456789abcdef01234567"},"age":null,"a":{"d e":"x"}}|{"_id":true,"state":"kept"}""")]
    [InlineData("convert_type", """{"field":"age","to_type":"int"}""", "medium", """{"_id":1,"age":5}|{"_id":"1","age":7}|{"_id":{"$oid":"0123456789abcdef01234567"},"age":null,"a":{"b":"x"}}|{"_id":true,"state":"kept"}""")]
    [InlineData("convert_type", """{"field":"age","from_type":"int","to_type":"string"}""", "medium", """{"_id":1,"age":"5"}|{"_id":"1","age":"7"}|{"_id":{"$oid":"0123456789abcdef01234567"},"age":null,"a":{"b":"x"}}|{"_id":true,"state":"kept"}""")]
    [InlineData("drop_field", """{"field":"age"}""", "critical", """{"_id":1}|{"_id":"1"}|{"_id":{"$oid":"0123456789abcdef01234567"},"a":{"b":"x"}}|{"_id":true,"state":"kept"}""")]
    public async Task Operation_OnDocumentsOfEveryKind_IsMadeOnceAndUndoneExactly(string operation, string parameters, string risk, string expected)
    {
        await InsertAsync("""{"_id":1,"age":"5"}""", """{"_id":"1","age":7}""", """{"_id":{"$oid":"0123456789abcdef01234567"},"age":null,"a":{"b":"x"}}""", """{"_id":true,"state":"kept"}""");
        var before = await FindAsync();
        await using var provider = await StartAsync();
        var request = Migration("001", Operation(operation, parameters));

        var plan = await PlanAsync(provider, request);
        plan.Error.ShouldBe(risk == "critical" ? plan.Error.ShouldNotBeNull() : null);
        var step = plan.Steps.ShouldHaveSingleItem();
        step.ShouldSatisfyAllConditions(s => s.RiskLevel.ShouldBe(risk), s => s.Operation.ShouldBe(operation), s => s.Sql!.ShouldStartWith("""{"update":"users",""", Case.Sensitive), s => s.RollbackSql.ShouldBe(risk == "critical" ? s.RollbackSql : s.RollbackSql.ShouldNotBeNull()));
        (await FindAsync()).ShouldBe(before);
        (await OwnAsync()).ShouldBeEmpty();

        request = request with { Options = new MigrationOptions { AllowDataLoss = true, BackupBeforeMigration = true } };
        (await ApplyAsync(provider, request with { Options = request.Options with { DryRun = true } })).ShouldSatisfyAllConditions(d => d.Error.ShouldBeNull(), d => d.ExecutedSteps.ShouldBeEmpty());
        (await OwnAsync()).ShouldBeEmpty();
        var applied = await ApplyAsync(provider, request);
        applied.Error.ShouldBeNull();
        (await FindAsync()).ShouldBe(expected.Split('|'));
        applied.ExecutedSteps.ShouldHaveSingleItem().ShouldSatisfyAllConditions(s => s.RowsAffected.ShouldBe(plan.EstimatedRows), s => s.Reversible.ShouldBeTrue(), s => s.Backups.ShouldNotBeNull().ShouldHaveSingleItem().ShouldBe(applied.BackupPath));

        await using var second = await StartAsync();
        (await ApplyAsync(second, request)).ShouldSatisfyAllConditions(a => a.Error.ShouldBeNull(), a => a.AlreadyApplied.ShouldBeTrue(), a => a.ExecutedSteps.ShouldBeEmpty());
        var undone = await RollbackAsync(second, "001");
        undone.Error.ShouldBeNull();
        undone.Status.ShouldBe("rolled_back");
        (await FindAsync()).Select(HashOf).ShouldBe(before.Select(HashOf));
        (await OwnAsync()).ShouldBe(["kolumn_audit_log", "kolumn_migrations"]);
        (await ApplyAsync(second, request)).AlreadyApplied.ShouldBeFalse();
    }

    /// <summary>As a kill leaves it: the journal knows the batch before the last one, and of the next one something may be kept that was not changed.</summary>
    [Fact]
    public async Task Apply_StoppedBetweenBatches_GoesOnFromThereAndIsUndoneAsAWhole()
    {
        await InsertAsync([.. Enumerable.Range(1, 23).Select(i => $$"""{"_id":{{i}},"age":"{{i}}"}""")]);
        var before = await FindAsync();
        var request = Migration("001", Operation("convert_type", """{"field":"age","to_type":"int","batch_size":5}"""));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var seen = new List<string>();
        await using (var first = await StartAsync())
        {
            ((IProviderEventSource)first.Provider).EventReceived += happened =>
            {
                seen.Add($"{happened.Type} {happened.Stage} {happened.Address} {happened.Current}/{happened.Total}");
                if (happened.Current == 10)
                {
                    stop.Cancel();
                }
            };
            await Should.ThrowAsync<OperationCanceledException>(() => first.Provider.CallAsync<MigrationRequest, MigrationApplyResponse>(FunctionNames.ApplyMigration, request, stop.Token));
        }

        seen.ShouldBe(["progress migrate migration.001 5/23", "progress migrate migration.001 10/23"]);
        (await FindAsync()).Count(d => d.Contains('"' + "age" + '"' + ":\"", StringComparison.Ordinal)).ShouldBe(13);
        var place = (await OwnAsync()).Single(name => name.StartsWith("kolumn_backup_", StringComparison.Ordinal));
        await _database.RunAsync($$"""{"insert":"{{place}}","documents":[{"_id":"{\"$numberInt\":\"11\"}","key":11,"before":"stale","after":0}]}""", Token);

        await using var second = await StartAsync();
        (await PlanAsync(second, request)).ShouldSatisfyAllConditions(p => p.Status.ShouldBe("applying"), p => p.Warnings.ShouldBe(["it has begun: applying it goes on with step 1"]));
        (await ApplyAsync(second, Migration("001", Operation("drop_field", """{"field":"age"}""")))).Error!.ShouldContain("has begun as something else");
        var applied = await ApplyAsync(second, request);
        applied.Error.ShouldBeNull();
        applied.ExecutedSteps.Single().RowsAffected.ShouldBe(23);
        (await FindAsync()).ShouldBe(Enumerable.Range(1, 23).Select(i => $$"""{"_id":{{i}},"age":{{i}}}"""));
        (await RollbackAsync(second, "001")).Error.ShouldBeNull();
        (await FindAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Rollback_StoppedBetweenBatches_GoesOnFromThere()
    {
        await InsertAsync([.. Enumerable.Range(1, 23).Select(i => $$"""{"_id":{{i}}}""")]);
        var before = await FindAsync();
        var request = Migration("001", Operation("backfill", """{"field":"state","value":1,"batch_size":5}"""));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using (var first = await StartAsync())
        {
            (await ApplyAsync(first, request)).Error.ShouldBeNull();
            ((IProviderEventSource)first.Provider).EventReceived += _ => stop.Cancel();
            await Should.ThrowAsync<OperationCanceledException>(() => first.Provider.CallAsync<MigrationRequest, MigrationRollbackResponse>(FunctionNames.RollbackMigration, new MigrationRequest { MigrationId = "001" }, stop.Token));
        }

        (await FindAsync()).Count(d => d.Contains("state", StringComparison.Ordinal)).ShouldBe(18);
        await using var second = await StartAsync();
        (await ApplyAsync(second, request)).Error!.ShouldContain("the rollback of migration 001 has begun and is not at its end");
        (await RollbackAsync(second, "001")).Error.ShouldBeNull();
        (await FindAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Apply_StepThatFails_KeepsWhatWasDoneAndIsUndone()
    {
        await InsertAsync("""{"_id":1}""", """{"_id":2,"age":"2"}""");
        await using var provider = await StartAsync();
        var request = Migration("001", Operation("backfill", """{"field":"age","value":"old"}"""), Operation("convert_type", """{"field":"age","to_type":"int"}"""));

        var failed = await ApplyAsync(provider, request);

        failed.Status.ShouldBe("failed");
        failed.Error!.ShouldStartWith("step 2 (convert age of users to int) failed: the document {\"$numberInt\":\"1\"} of users stands against it");
        (await FindAsync()).ShouldBe(["""{"_id":1,"age":"old"}""", """{"_id":2,"age":"2"}"""]);

        // Once the cause is gone it goes on; rolled back it is as it was before, the correction included, which nobody migrated.
        await _database.RunAsync("""{"update":"users","updates":[{"q":{"_id":1},"u":{"$set":{"age":"9"}}}]}""", Token);
        (await ApplyAsync(provider, request)).ShouldSatisfyAllConditions(a => a.Error.ShouldBeNull(), a => a.ExecutedSteps.Count.ShouldBe(2));
        (await FindAsync()).ShouldBe(["""{"_id":1,"age":9}""", """{"_id":2,"age":2}"""]);
        (await RollbackAsync(provider, "001")).Error!.ShouldStartWith("step 1 (set age of users where it is missing) failed: the document {\"$numberInt\":\"1\"} of users was changed since");
        (await RollbackAsync(provider, "001", allowDataLoss: true)).Error.ShouldBeNull();
        (await FindAsync()).ShouldBe(["""{"_id":1}""", """{"_id":2,"age":"2"}"""]);
    }

    [Theory]
    [InlineData("convert_type", """{"field":"age","to_type":"int"}""", "PRECHECK_FAILED", "1 of 2 documents of users stand against it: convert age of users to int; one of them has the _id 2")]
    [InlineData("rename_field", """{"field":"age","new_name":"years"}""", "PRECHECK_FAILED", "1 of 2 documents of users stand against it: rename age of users to years; one of them has the _id 1")]
    [InlineData("backfill", """{"field":"tags.color","value":1}""", "PRECHECK_FAILED", "tags.color is within a list in 1 of 3 documents of users")]
    [InlineData("drop_field", """{"field":"age"}""", "DESTROY_PROTECTED", "step 1 loses data: drop age of users: 2 of 3 documents lose a value, or a part of it")]
    [InlineData("convert_type", """{"field":"size","to_type":"int"}""", "DESTROY_PROTECTED", "step 1 loses data: convert size of users to int: 1 of 3 documents lose a value, or a part of it")]
    public async Task Operation_DocumentsStandAgainst_IsRefusedBeforeAnythingIsTouched(string operation, string parameters, string reason, string error)
    {
        await InsertAsync("""{"_id":1,"age":"1","years":2}""", """{"_id":2,"age":"x","size":2.5}""", """{"_id":3,"size":2.0,"tags":[{"size":1}]}""");
        var before = await FindAsync();
        await using var provider = await StartAsync();

        var refused = await ApplyAsync(provider, Migration("001", Operation(operation, parameters)));

        refused.Error!.ShouldStartWith(error);
        refused.Details!["reason"]!.GetValue<string>().ShouldBe(reason);
        (await FindAsync()).ShouldBe(before);
        (await OwnAsync()).Where(name => name.StartsWith("kolumn_backup_", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Rollback_OfValuesThatWereNotKept_IsRefusedBeforeAnythingIsTouched()
    {
        await InsertAsync("""{"_id":1,"age":1,"size":1}""");
        await using var provider = await StartAsync();
        var applied = await ApplyAsync(provider, Migration("001", Operation("drop_field", """{"field":"age"}"""), Operation("backfill", """{"field":"state","value":1}""")) with { Options = new MigrationOptions { AllowDataLoss = true } });

        applied.Error.ShouldBeNull();
        applied.Warnings.ShouldBe(["step 1 cannot be undone: it has no rollback_sql"]);
        (await RollbackAsync(provider, "001", allowDataLoss: true)).Details!["reason"]!.GetValue<string>().ShouldBe("IRREVERSIBLE");
        (await FindAsync()).ShouldBe(["""{"_id":1,"size":1,"state":1}"""]);
    }

    [Theory]
    [InlineData("backfill", """{"field":"state","value":1}""", """{"_id":1,"age":"1"}""")]
    [InlineData("convert_type", """{"field":"age","to_type":"int"}""", """{"_id":1,"age":"1"}""")]
    [InlineData("drop_field", """{"field":"age"}""", """{"_id":1,"age":"1"}""")]
    [InlineData("rename_field", """{"field":"age","new_name":"state"}""", """{"_id":1,"age":"1"}""")]
    public async Task Rollback_DocumentsChangedSince_TouchesNothingUnlessThatIsAllowed(string operation, string parameters, string expected)
    {
        await InsertAsync("""{"_id":1,"age":"1"}""", """{"_id":2,"age":"2"}""");
        await using var provider = await StartAsync();
        await ApplyAsync(provider, Migration("001", Operation(operation, parameters)) with { Options = new MigrationOptions { AllowDataLoss = true, BackupBeforeMigration = true } });
        await _database.RunAsync("""{"update":"users","updates":[{"q":{"_id":1},"u":{"$set":{"age":{"n":1},"state":"1"}}}]}""", Token);
        await _database.RunAsync("""{"delete":"users","deletes":[{"q":{"_id":2},"limit":1}]}""", Token);
        var left = await FindAsync();

        var refused = await RollbackAsync(provider, "001");

        refused.Error!.ShouldStartWith("undoing step 1 loses what was written since: 1 document of users is not as the step left it");
        (await FindAsync()).ShouldBe(left);
        (await RollbackAsync(provider, "001", allowDataLoss: true)).Error.ShouldBeNull();
        (await FindAsync()).Select(d => Without(d, operation == "convert_type" || operation == "drop_field" ? "state" : null, operation == "backfill" ? "age" : null)).ShouldBe(
            [operation switch { "backfill" => """{"_id":1}""", "rename_field" => """{"_id":1,"age":"1"}""", _ => expected }]);
    }

    [Fact]
    public async Task Rollback_BackupTamperedWith_TouchesNothing()
    {
        await InsertAsync("""{"_id":1,"age":"1"}""", """{"_id":2,"age":"2"}""");
        await using var provider = await StartAsync();
        var applied = await ApplyAsync(provider, Migration("001", Operation("convert_type", """{"field":"age","to_type":"int"}""")));
        await _database.RunAsync($$"""{"update":"{{applied.BackupPath}}","updates":[{"q":{"key":2},"u":{"$set":{"before":"3"} } }]}""", Token);

        (await RollbackAsync(provider, "001")).Error!.ShouldContain("does not hold what was kept of the 2 documents that step 1 changed in users");

        (await FindAsync()).ShouldBe(["""{"_id":1,"age":1}""", """{"_id":2,"age":2}"""]);
        (await PlanAsync(provider, new MigrationRequest { Migrations = [] })).History!.Single().Status.ShouldBe("applied");
    }

    [Fact]
    public async Task Apply_TwoAtOnce_OneWinsAndTheOtherSeesIt()
    {
        await InsertAsync([.. Enumerable.Range(1, 50).Select(i => $$"""{"_id":{{i}}}""")]);
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        var request = Migration("'; $where: 1", Operation("backfill", """{"field":"it's","value":"$$NOW","batch_size":7}""")) with { Description = "{\"$gt\":1}" };

        var answers = await Task.WhenAll(ApplyAsync(one, request), ApplyAsync(two, request));

        answers.ShouldAllBe(answer => answer.Error == null);
        answers.Count(answer => answer.AlreadyApplied).ShouldBe(1);
        (await FindAsync()).ShouldAllBe(d => d.Contains("\"it's\":\"$$NOW\"", StringComparison.Ordinal));
        (await PlanAsync(one, new MigrationRequest { Migrations = [request, Migration("002", Operation("drop_field", """{"field":"a"}"""))] })).History!.Select(h => $"{h.MigrationId} {h.Description} {h.Status}").ShouldBe(["'; $where: 1 {\"$gt\":1} applied", "002  pending"]);
    }

    /// <summary>The turn of a process that was killed stays taken for a while, by the server's clock.</summary>
    [Fact]
    public async Task Apply_TurnIsSomebodyElses_WaitsAndSaysSo()
    {
        await InsertAsync("""{"_id":1}""");
        await _database.RunAsync("""{"insert":"kolumn_migrations","documents":[{"_id":0,"holder":"x","until":{"$date":"2999-01-01T00:00:00Z"}}]}""", Token);
        await using var provider = await StartAsync();
        var request = Migration("001", Operation("backfill", """{"field":"a","value":1}"""));

        (await ApplyAsync(provider, request with { Options = new MigrationOptions { TimeoutSeconds = 1 } })).Error!.ShouldContain("the migration did not end within 1 s");

        (await FindAsync()).ShouldBe(["""{"_id":1}"""]);
        await _database.RunAsync("""{"update":"kolumn_migrations","updates":[{"q":{"_id":0},"u":{"$set":{"until":{"$date":"2001-01-01T00:00:00Z"}}}}]}""", Token);
        (await ApplyAsync(provider, request)).Error.ShouldBeNull();
    }

    [Fact]
    public async Task Apply_PrechecksAndStatesOfResources_GoTheWayOfEveryProvider()
    {
        await InsertAsync("""{"_id":1}""");
        await using var provider = await StartAsync();
        var request = Migration("001", Operation("backfill", """{"field":"a","value":1}"""));
        MigrationRequest Asking(params string[] queries) => request with { Prechecks = [.. queries.Select(q => new MigrationPrecheck { Sql = q })] };

        (await ApplyAsync(provider, Asking("""{"count":"users","query":{"_id":{"$gt":1}}}"""))).Details!["reason"]!.GetValue<string>().ShouldBe("PRECHECK_FAILED");
        (await ApplyAsync(provider, Asking("""{"aggregate":"users","pipeline":[{"$out":"x"}]}"""))).Error!.ShouldContain("it writes");
        (await ApplyAsync(provider, Asking("""{"drop":"users"}"""))).Error!.ShouldContain("prechecks[0].sql: the query of the precheck cannot be asked: it is a command that reads");
        (await ApplyAsync(provider, Asking("""{"count":"users"}""", """{"aggregate":"users","pipeline":[{"$project":{"ok":{"$eq":["$_id",1]}}}]}"""))).Error.ShouldBeNull();

        var made = new MigrationRequest { MigrationId = "002", ResourceType = "mongo_collection", ResourceName = "made", FromState = [], ToState = (JsonObject)JsonNode.Parse("""{"validator":{"a":{"$type":"int"}}}""")! };
        (await ApplyAsync(provider, made)).Error.ShouldBeNull();
        (await OwnAsync()).ShouldContain("made");
        (await RollbackAsync(provider, "002", allowDataLoss: true)).Error.ShouldBeNull();
        (await OwnAsync()).ShouldNotContain("made");
    }

    [Fact]
    public async Task Requests_ThatCannotBeMeant_AreRefusedWithThePlace()
    {
        await InsertAsync("""{"_id":1}""");
        await _database.RunAsync("""{"create":"seen","viewOn":"users","pipeline":[]}""", Token);
        await using var provider = await StartAsync();
        MigrationRequest Of(string operation, string parameters) => Migration("x", Operation(operation, parameters));
        var cases = new (MigrationRequest Request, string Error)[]
        {
            (Written("x", ("db.users.drop()", null)), "steps[0].sql: this database has no SQL: a step is an operation"),
            (Of("add_column", "{}"), "steps[0].operation: there is no operation \"add_column\""),
            (Of("backfill", "{}"), "steps[0].parameters: \"backfill\" cannot be meant: the parameter \"field\" is missing"),
            (Of("backfill", """{"field":"a"}"""), "steps[0].parameters: \"backfill\" cannot be meant: the parameter \"value\" is missing"),
            (Of("backfill", """{"field":"a","value":1,"where":{}}"""), "steps[0].parameters: \"backfill\" cannot be meant: it has no parameter \"where\"; there are field, value, batch_size"),
            (Of("drop_field", """{"field":"a","batch_size":0}"""), "steps[0].parameters: \"drop_field\" cannot be meant: \"batch_size\" is 1 to 10000"),
            (Of("drop_field", """{"field":"_id.a"}"""), "steps[0].parameters: \"drop_field\" cannot be meant: _id never changes"),
            (Of("drop_field", """{"field":"a.$[].b"}"""), "steps[0].parameters: \"drop_field\" cannot be meant: a field's name cannot begin with $"),
            (Of("drop_field", """{"field":"a..b"}"""), "steps[0].parameters: \"drop_field\" cannot be meant: a field's name cannot be empty"),
            (Of("drop_field", """{"field":"a\u0000"}"""), "steps[0].parameters: \"drop_field\" cannot be meant: a field's name cannot hold NUL"),
            (Of("rename_field", """{"field":"a","new_name":"b.c"}"""), "steps[0].parameters: \"rename_field\" cannot be meant: \"new_name\" is a name and no path"),
            (Of("rename_field", """{"field":"a","new_name":"$b"}"""), "steps[0].parameters: \"rename_field\" cannot be meant: a field's name cannot begin with $"),
            (Of("convert_type", """{"field":"a","to_type":"$where"}"""), "steps[0].parameters: \"convert_type\" cannot be meant: \"to_type\" is one of double, string"),
            (Migration("x") with { Column = "a", ToType = "integer" }, "steps[0].parameters: \"convert_type\" cannot be meant: \"to_type\" is one of double, string"),
            (Of("drop_field", """{"field":"a"}""") with { TransactionId = "1" }, "transaction_id: a migration of documents is no part of a transaction"),
            (Of("drop_field", """{"field":"a"}""") with { Safety = new MigrationSafety { LockTable = true } }, "safety.lock_table: no lock of this database lasts as long as a migration does"),
            (Of("drop_field", """{"field":"a"}""") with { ResourceName = "gone" }, "there is no collection gone"),
            (Of("drop_field", """{"field":"a"}""") with { ResourceName = "seen" }, "seen is a view, whose documents cannot be changed"),
            (Of("drop_field", """{"field":"a"}""") with { ResourceName = "kolumn_audit_log" }, "kolumn_audit_log is Kolumn's own"),
            (Of("drop_field", """{"field":"a"}""") with { ResourceName = "" }, "the migration does not say whose documents are meant"),
            (Of("drop_field", """{"field":"a"}""") with { ResourceType = "mongo_index" }, "the type \"index\" has no documents of its own"),
            (Migration("x"), "steps: the migration does nothing"),
        };

        foreach (var (request, error) in cases)
        {
            (await ApplyAsync(provider, request)).Error.ShouldNotBeNull().ShouldStartWith(error);
        }

        (await FindAsync()).ShouldBe(["""{"_id":1}"""]);
    }

    private Task<CalledProvider> StartAsync() => CalledProvider.ConfigureAsync(InProcessProvider.Create(MongoProvider.Define()), new JsonObject { ["connection_string"] = _database.Url });

    private static MigrationRequest Migration(string id, params MigrationStep[] steps) => new() { MigrationId = id, ResourceType = "mongo_collection", ResourceName = "users", Steps = steps };

    private Task InsertAsync(params string[] documents) => _database.RunAsync($$"""{"insert":"users","documents":[{{string.Join(",", documents)}}]}""", Token);

    private async Task<IReadOnlyList<string>> FindAsync() =>
        [.. ((JsonArray)(await _database.RunAsync("""{"find":"users","sort":{"_id":1},"batchSize":10000}""", Token))["cursor"]!["firstBatch"]!).Select(d => d!.ToJsonString(Readable))];

    private async Task<IReadOnlyList<string>> OwnAsync() =>
        [.. ((JsonArray)(await _database.RunAsync("""{"listCollections":1,"nameOnly":true}""", Token))["cursor"]!["firstBatch"]!).Select(c => (string)c!["name"]!).Where(name => name != "users").Order(StringComparer.Ordinal)];

    private static System.Text.Json.JsonSerializerOptions Readable { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Without(string document, params string?[] members)
    {
        var json = (JsonObject)JsonNode.Parse(document)!;
        foreach (var member in members.OfType<string>())
        {
            json.Remove(member);
        }

        return json.ToJsonString();
    }

    // A field that is put back comes last.
    private static string HashOf(string document) => Kolumn.Protocol.Json.CanonicalJson.Hash(JsonNode.Parse(document));
}
