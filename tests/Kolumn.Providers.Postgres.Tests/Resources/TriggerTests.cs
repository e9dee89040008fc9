using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;
using Kolumn.Providers.Postgres.Resources.Triggers;
using Kolumn.Providers.Postgres.Tests.Scenarios;
using Kolumn.Sdk;
using Kolumn.Testing;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Resources;

public sealed class TriggerTests(PostgresDatabases databases) : PostgresTest(databases)
{
    private const string Query = "SELECT pg_get_triggerdef(oid) || ' ' || tgenabled::text || coalesce(' ' || obj_description(oid, 'pg_trigger'), '') FROM pg_trigger WHERE NOT tgisinternal";

    private static readonly DesiredResource Stamp = Resource("postgres_function", "stamp", """{"returns":"trigger","language":"plpgsql","body":"BEGIN RETURN NEW; END"}""");
    private static readonly DesiredResource Table = Resource("postgres_table", "My; \"t\"", """{"columns":[{"name":"id","type":"int"},{"name":"n","type":"text"}]}""");
    private static readonly DesiredResource View = Resource("postgres_view", "v", """{"query":"SELECT 1 AS one"}""");

    [Fact]
    public Task Trigger_FromCreationToEnd_IsMadeAgainButForItsState() => new Lifecycle(Database, "postgres_trigger", "a.'b\"; c") { Others = [Table, Stamp, View] }.RunAsync(
        Token,
        new Stage("""{"table":"postgres_table.My; \"t\"","timing":"before","events":["update","insert"],"for_each_row":true,"function":"postgres_function.stamp"}""", "create", Query,
            "CREATE TRIGGER \"a.'b\"\"; c\" BEFORE INSERT OR UPDATE ON public.\"My; \"\"t\"\"\" FOR EACH ROW EXECUTE FUNCTION stamp() O"),
        new Stage("""{"table":"postgres_table.My; \"t\"","timing":"before","events":["update","insert"],"for_each_row":true,"function":"stamp()","enabled":"disabled","comment":"it's"}""", "update", Query,
            "CREATE TRIGGER \"a.'b\"\"; c\" BEFORE INSERT OR UPDATE ON public.\"My; \"\"t\"\"\" FOR EACH ROW EXECUTE FUNCTION stamp() D it's"),
        new Stage("""{"table":"postgres_table.My; \"t\"","timing":"after","events":["update"],"columns":["n","id"],"for_each_row":true,"when":"old.n is distinct from new.n","function":"stamp","arguments":["it's","","ü\\"],"enabled":"always"}""", "replace", Query,
            "CREATE TRIGGER \"a.'b\"\"; c\" AFTER UPDATE OF id, n ON public.\"My; \"\"t\"\"\" FOR EACH ROW WHEN ((old.n IS DISTINCT FROM new.n)) EXECUTE FUNCTION stamp('it''s', '', 'ü\\') A"),
        new Stage("""{"table":"postgres_table.My; \"t\"","timing":"after","events":["insert"],"for_each_row":true,"function":"stamp","constraint":true,"initially_deferred":true}""", "replace", Query,
            "CREATE CONSTRAINT TRIGGER \"a.'b\"\"; c\" AFTER INSERT ON public.\"My; \"\"t\"\"\" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stamp() O"),
        new Stage("""{"table":"postgres_table.My; \"t\"","timing":"after","events":["update"],"old_table":"before","new_table":"After","function":"stamp","enabled":"replica"}""", "replace", Query,
            "CREATE TRIGGER \"a.'b\"\"; c\" AFTER UPDATE ON public.\"My; \"\"t\"\"\" REFERENCING OLD TABLE AS before NEW TABLE AS \"After\" FOR EACH STATEMENT EXECUTE FUNCTION stamp() R"),
        new Stage("""{"table":"postgres_table.My; \"t\"","timing":"before","events":["truncate"],"function":"stamp"}""", "replace", Query,
            "CREATE TRIGGER \"a.'b\"\"; c\" BEFORE TRUNCATE ON public.\"My; \"\"t\"\"\" FOR EACH STATEMENT EXECUTE FUNCTION stamp() O"),
        new Stage("""{"table":"v","timing":"instead_of","events":["delete"],"for_each_row":true,"function":"public.stamp"}""", "replace", Query,
            "CREATE TRIGGER \"a.'b\"\"; c\" INSTEAD OF DELETE ON public.v FOR EACH ROW EXECUTE FUNCTION stamp() O"));

    [Fact]
    public async Task Change_ColumnOfTheConditionOrTheFunctionsSignature_RebuildsTheTrigger()
    {
        DesiredResource Of(string type) => Resource("postgres_table", "t", $$"""{"columns":[{"name":"id","type":"{{type}}"},{"name":"gone","type":"int"}]}""");
        DesiredResource Trigger = Resource("postgres_trigger", "g", """{"table":"t","timing":"before","events":["update"],"for_each_row":true,"when":"NEW.id > 1","function":"stamp"}""");
        DesiredResource Named = Resource("postgres_trigger", "h", """{"table":"t","timing":"before","events":["update"],"columns":["gone"],"for_each_row":true,"function":"stamp"}""");
        await using var scenario = await StartAsync(Database, Token);
        await scenario.ApplyAsync([Of("int"), Trigger, Named, Stamp], Token);
        DesiredResource[] desired = [Resource("postgres_table", "t", """{"columns":[{"name":"id","type":"bigint"}]}"""), Trigger, Stamp];

        var plan = await scenario.ApplyAsync(desired, Token);

        plan.Operations.Where(operation => operation.Action != "noop").Select(operation => $"{operation.Action} {operation.Address}").ShouldBe(
            ["update postgres_table.t", "replace postgres_trigger.g", "delete postgres_trigger.h"], ignoreOrder: true);
        await scenario.ShouldBeInSyncAsync(desired, Token);
    }

    [Fact]
    public async Task Read_ByNameAlone_FindsTheOnlyOneAndNamesSeveral()
    {
        await Database.ExecuteAsync(
            """
            CREATE TABLE t (id int); CREATE TABLE u (id int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t;
            CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f(); CREATE TRIGGER g BEFORE INSERT ON u FOR EACH ROW EXECUTE FUNCTION f(); CREATE TRIGGER h BEFORE INSERT ON u FOR EACH ROW EXECUTE FUNCTION f()
            """,
            Token);
        await using var provider = await CalledProvider.ConfigureAsync(InProcessProvider.Create(PostgresProvider.Define()), new JsonObject { ["url"] = Database.Url });
        Task<ReadResourceResponse> ReadAsync(string type, string name) =>
            provider.CallAsync<ReadResourceRequest, ReadResourceResponse>(FunctionNames.ReadResource, new ReadResourceRequest { ResourceType = type, Name = name });

        (await ReadAsync("postgres_trigger", "h")).State!["table"]!.GetValue<string>().ShouldBe("public.u");
        (await ReadAsync("postgres_policy", "p")).State!["table"]!.GetValue<string>().ShouldBe("public.t");
        (await ReadAsync("postgres_trigger", "public.u.g")).State!["table"]!.GetValue<string>().ShouldBe("public.u");
        (await ReadAsync("postgres_trigger", "g")).ShouldSatisfyAllConditions(
            r => r.Code.ShouldBe("VALIDATION_ERROR"), r => r.Error.ShouldBe("postgres_trigger.g: there are 2 of the name g: public.t.g, public.u.g. Send the recorded state, or one of these as the name."));
        (await ReadAsync("postgres_trigger", "nobody")).ShouldSatisfyAllConditions(r => r.Error.ShouldBeNull(), r => r.Exists.ShouldBeFalse());
        (await ReadAsync("postgres_table", "t")).Exists.ShouldBeTrue();
    }

    [Fact]
    public async Task Discover_TriggersOfConstraints_AreNotTold()
    {
        await Database.ExecuteAsync("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int REFERENCES a)", Token);

        (await ReadAsync(new TriggerHandler())).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"name":"g","table":"t","timing":"before","events":["insert","select"],"function":"f"}""", "events", "'select' is none of insert, update, delete, truncate")]
    [InlineData("""{"name":"g","table":"t","timing":"before","events":[],"function":"f"}""", "events", "A trigger names what it waits for")]
    [InlineData("""{"name":"g","table":"t","events":["insert"],"function":"f"}""", "timing", "A trigger comes before, after or instead_of something")]
    [InlineData("""{"name":"g","table":"t","timing":"after","events":["insert"],"function":"f","deferrable":true}""", "deferrable", "Only a constraint trigger can be deferred")]
    public void Describe_Mistake_IsNamedAtItsPlace(string config, string attribute, string summary)
    {
        var diagnostic = Configs.TryDescribe(new TriggerHandler(), config).Diagnostics.ShouldHaveSingleItem();

        (diagnostic.Attribute!.ToString(), diagnostic.Summary).ShouldBe((attribute, summary));
    }
}
