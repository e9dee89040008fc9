using Kolumn.Protocol.Runtime;
using Kolumn.Providers.Postgres.Resources.Types;
using Kolumn.Providers.Postgres.Tests.Scenarios;
using Kolumn.Testing;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Resources;

public sealed class TypeTests(PostgresDatabases databases) : PostgresTest(databases)
{
    private const string Enum = "SELECT string_agg(enumlabel, '|' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = 'mood'::regtype";
    private const string Composite = """
        SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod) || coalesce(' ' || (SELECT collname FROM pg_collation c WHERE c.oid = attcollation AND collname <> 'default'), ''), '|' ORDER BY attnum)
        FROM pg_attribute WHERE attrelid = (SELECT typrelid FROM pg_type WHERE typname = 'addr') AND NOT attisdropped
        """;
    private const string Domain = """
        SELECT (format_type(typbasetype, typtypmod), typdefault, typnotnull, obj_description(t.oid, 'pg_type'),
               (SELECT string_agg(conname || ' ' || pg_get_constraintdef(k.oid), '|' ORDER BY conname) FROM pg_constraint k WHERE contypid = t.oid))::text
        FROM pg_type t WHERE typname = 'amount'
        """;

    [Fact]
    public Task Enum_FromCreationToEnd_ChangesInPlaceUntilAValueGoes() => new Lifecycle(Database, "postgres_type", "mood").RunAsync(
        Token,
        new Stage("""{"values":["sad","it's; ok","happy"]}""", "create", Enum, "sad|it's; ok|happy"),
        new Stage("""{"values":["worst","sad","it's; ok","fine","happy","best"]}""", "update", Enum, "worst|sad|it's; ok|fine|happy|best"),
        new Stage("""{"values":["worst","sad",{"name":"ok","renamed_from":"it's; ok"},"fine","happy","best","bliss"],"comment":"how one feels"}""", "update", Enum, "worst|sad|ok|fine|happy|best|bliss"),
        new Stage("""{"values":["sad","happy"],"owner":"pg_monitor"}""", "replace", Enum, "sad|happy"),
        new Stage("""{"values":["happy","sad"]}""", "replace", Enum, "happy|sad"));

    [Fact]
    public Task Composite_FromCreationToEnd_ChangesInPlace() => new Lifecycle(Database, "postgres_type", "addr").RunAsync(
        Token,
        new Stage("""{"attributes":[{"name":"street","type":"text"},{"name":"no","type":"int4"}]}""", "create", Composite, "street text|no integer"),
        new Stage("""{"attributes":[{"name":"street","type":"varchar(40)","collation":"C"},{"name":"Zip; \"code\"","type":"numeric(5)"}]}""", "update", Composite, "street character varying(40) C|Zip; \"code\" numeric(5,0)"),
        new Stage("""{"attributes":[{"name":"street","type":"varchar(40)","collation":"C"}],"comment":"where"}""", "update", Composite, "street character varying(40) C"));

    [Fact]
    public Task Domain_FromCreationToEnd_ChangesInPlaceUntilItsBaseDoes() => new Lifecycle(Database, "postgres_type", "amount").RunAsync(
        Token,
        new Stage("""{"base":"decimal(10,2)","checks":[{"expression":"value>0"}]}""", "create", Domain, "(\"numeric(10,2)\",,f,,\"amount_check CHECK ((VALUE > (0)::numeric))\")"),
        new Stage("""{"base":"numeric(10,2)","default":5,"not_null":true,"checks":[{"expression":"value > 1"},{"name":"small","expression":"value < 10"}]}""", "update", Domain,
            "(\"numeric(10,2)\",5,t,,\"amount_check CHECK ((VALUE > (1)::numeric))|small CHECK ((VALUE < (10)::numeric))\")"),
        new Stage("""{"base":"numeric(10,2)","checks":[{"name":"small","expression":"value < 10"}],"comment":"money"}""", "update", Domain, "(\"numeric(10,2)\",,f,money,\"small CHECK ((VALUE < (10)::numeric))\")"),
        new Stage("""{"base":"text","collation":"C"}""", "replace", Domain, "(text,,f,,)"));

    [Fact]
    public Task Kind_Changes_IsMadeAgain() => new Lifecycle(Database, "postgres_type", "t").RunAsync(
        Token,
        new Stage("""{"values":["a"]}""", "create", "SELECT typtype::text FROM pg_type WHERE typname = 't'", "e"),
        new Stage("""{"attributes":[]}""", "replace", "SELECT typtype::text FROM pg_type WHERE typname = 't'", "c"),
        new Stage("""{"base":"int"}""", "replace", "SELECT typtype::text FROM pg_type WHERE typname = 't'", "d"));

    [Theory]
    [InlineData("x\"; DROP TABLE victim; --")]
    [InlineData("a.b 'c' $$ ;")]
    [InlineData("sixty_three_bytes_ääääääääääääääääääää_six")]
    public async Task Names_OfAnyKind_StandForThemselves(string name)
    {
        string Quoted(string prefix) => System.Text.Json.JsonSerializer.Serialize(prefix + name);
        await using var scenario = await StartAsync(Database, Token);
        DesiredResource[] desired =
        [
            Resource("postgres_schema", "s", $$"""{"name":{{Quoted("s")}}}"""),
            Resource("postgres_type", "e", $$"""{"schema":"postgres_schema.s","name":{{Quoted("e")}},"values":[{{Quoted("v")}}],"comment":{{Quoted("")}}}"""),
            Resource("postgres_type", "c", $$"""{"schema":"postgres_schema.s","name":{{Quoted("c")}},"attributes":[{"name":{{Quoted("a")}},"type":"postgres_type.e"}]}"""),
            Resource("postgres_type", "d", $$"""{"schema":"postgres_schema.s","name":{{Quoted("d")}},"base":"text","checks":[{"name":{{Quoted("k")}},"expression":"value <> ''"}]}"""),
            Resource("postgres_sequence", "q", $$"""{"schema":"postgres_schema.s","name":{{Quoted("q")}},"comment":{{Quoted("")}}}"""),
            Resource("postgres_table", "t", """{"columns":[{"name":"a","type":"postgres_type.c"},{"name":"b","type":"postgres_type.d"},{"name":"c","type":"postgres_type.e"}]}"""),
        ];

        await scenario.ApplyAsync(desired, Token);

        await scenario.ShouldBeInSyncAsync(desired, Token);
        (await Database.QueryAsync("SELECT typname FROM pg_type JOIN pg_namespace n ON n.oid = typnamespace WHERE nspname LIKE 's%' AND typcategory <> 'A' AND typtype <> 'b' ORDER BY 1", Token)).ShouldBe(["c" + name, "d" + name, "e" + name]);
        await Lifecycle.AdoptDiscoveredAsync(Database, Token);
        await scenario.ApplyAsync([], Token);
    }

    [Fact]
    public async Task Change_TypeUnderAView_RebuildsTheViewAround()
    {
        DesiredResource View = Resource("postgres_view", "v", """{"query":"SELECT 'a'::mood AS m"}"""), Domain = Resource("postgres_type", "d", """{"base":"mood"}""");
        await using var scenario = await StartAsync(Database, Token);
        await scenario.ApplyAsync([Resource("postgres_type", "mood", """{"values":["a","b"]}"""), View, Domain], Token);
        DesiredResource[] desired = [View, Domain, Resource("postgres_type", "mood", """{"values":["a"]}""")];

        var plan = await scenario.ApplyAsync(desired, Token);

        plan.Operations.ShouldAllBe(operation => operation.Action == "replace");
        await scenario.ShouldBeInSyncAsync(desired, Token);
    }

    [Fact]
    public async Task Change_ValueGoesWhileAColumnUsesTheType_IsRefusedAndSaysWhat()
    {
        DesiredResource Table = Resource("postgres_table", "t", """{"columns":[{"name":"m","type":"postgres_type.mood"}]}""");
        DesiredResource[] first = [Resource("postgres_type", "mood", """{"values":["a","b"]}"""), Table];
        await using var scenario = await StartAsync(Database, Token);
        await scenario.ApplyAsync(first, Token);
        DesiredResource[] desired = [Resource("postgres_type", "mood", """{"values":["a"]}"""), Table];
        var plan = await scenario.PlanAsync(desired, Token);

        var result = await scenario.TryApplyAsync(desired, plan, Token);

        var refusal = result.Results.Single(one => one.Address == "postgres_type.mood").Diagnostic!;
        refusal.EngineCode.ShouldBe("2BP01");
        refusal.Detail!.ShouldContain("column m of table t depends on type mood");
        refusal.Detail!.ShouldContain("change those columns to another type first");
        await scenario.ShouldBeInSyncAsync(first, Token);
    }

    [Fact]
    public async Task Plan_TableGetsAColumnOfATypeThatComesWithIt_IsSpelledAsIfItWereThere()
    {
        await using var scenario = await StartAsync(Database, Token);
        await scenario.ApplyAsync([Resource("postgres_table", "t", """{"columns":[{"name":"id","type":"int"}]}""")], Token);
        DesiredResource[] desired =
        [
            Resource("postgres_table", "t", """{"columns":[{"name":"id","type":"int"},{"name":"m","type":"s.mood","default":"'a'::s.mood"},{"name":"d","type":"small[]"}]}"""),
            Resource("postgres_type", "mood", """{"schema":"s","values":["a","b"]}"""),
            Resource("postgres_type", "small", """{"base":"int","checks":[{"expression":"value < 10"}]}"""),
            Resource("postgres_schema", "s", "{}"),
        ];

        var plan = await scenario.ApplyAsync(desired, Token);

        plan.Operations[^1].Address.ShouldBe("postgres_table.t");
        await scenario.ShouldBeInSyncAsync(desired, Token);
        (await Database.QueryAsync("SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef", Token)).ShouldBe(["'a'::s.mood"]);
    }

    [Theory]
    [InlineData("""{"name":"t"}""", "values", "A type has either values (an enum), attributes (a composite type) or a base (a domain)")]
    [InlineData("""{"name":"t","values":["a"],"base":"int"}""", "base", "A type has either values (an enum), attributes (a composite type) or a base (a domain)")]
    [InlineData("""{"name":"t","values":["a"],"default":1}""", "default", "Only a domain has default")]
    [InlineData("""{"name":"t","values":["a","a"]}""", "values", "The value 'a' is listed twice")]
    [InlineData("""{"name":"t","values":["a",{"name":"b","renamed_from":"a"}]}""", "values", "'b' cannot have been 'a': that is a value too")]
    [InlineData("""{"name":"t","values":["a",1]}""", "values", "Values are texts, or objects with name and renamed_from")]
    [InlineData("""{"name":"t","base":"int; DROP TABLE x"}""", "base", "This is not a type: ';' at position 4 stands where the type's end is expected")]
    public void Describe_Mistake_IsNamedAtItsPlace(string config, string attribute, string summary)
    {
        var diagnostic = Configs.TryDescribe(new TypeHandler(), config).Diagnostics.ShouldHaveSingleItem();

        (diagnostic.Attribute!.ToString(), diagnostic.Summary).ShouldBe((attribute, summary));
    }

    [Fact]
    public async Task Value_AddedAndUsedAtOnce_IsCommittedFirst()
    {
        await using var scenario = await StartAsync(Database, Token);
        DesiredResource[] before = [Resource("postgres_type", "mood", """{"values":["sad"]}"""), Resource("postgres_table", "people", """{"columns":[{"name":"m","type":"mood"}]}""")];
        await scenario.ApplyAsync(before, Token);
        DesiredResource[] after =
        [
            Resource("postgres_type", "mood", """{"values":["sad","it's fine"]}"""),
            Resource("postgres_table", "people", """{"columns":[{"name":"m","type":"mood","default":"it's fine"}]}"""),
            Resource("postgres_view", "fine", """{"query":"SELECT * FROM people WHERE m = 'it''s fine'"}"""),
            Resource("postgres_table", "other", """{"columns":[{"name":"n","type":"int"}]}"""),
        ];

        var plan = await scenario.ApplyAsync(after, Token);

        plan.Diagnostics.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            d => d.Code.ShouldBe("SEVERAL_TRANSACTIONS"),
            d => d.Summary.ShouldBe("the changes are made in 2 transactions"),
            d => d.Detail!.ShouldStartWith("table public.people uses something new of type public.mood, which has to be committed before"));
        await Database.ExecuteAsync("INSERT INTO people DEFAULT VALUES", Token);
        (await Database.QueryAsync("SELECT m::text FROM fine", Token)).ShouldBe(["it's fine"]);
        await scenario.ShouldBeInSyncAsync(after, Token);
    }

    [Fact]
    public async Task Value_AddedAndWhatUsesItFails_StaysAndTheNextPlanGoesOn()
    {
        await using var scenario = await StartAsync(Database, Token);
        DesiredResource[] before = [Resource("postgres_type", "mood", """{"values":["sad"]}"""), Resource("postgres_table", "people", """{"columns":[{"name":"m","type":"mood"}]}""")];
        await scenario.ApplyAsync(before, Token);
        await Database.ExecuteAsync("INSERT INTO people VALUES ('sad')", Token);
        DesiredResource[] after =
        [
            Resource("postgres_type", "mood", """{"values":["sad","fine"]}"""),
            Resource("postgres_table", "people", """{"columns":[{"name":"m","type":"mood"},{"name":"n","type":"int","nullable":false}],"checks":[{"name":"c","expression":"m <> 'fine'"}]}"""),
        ];

        var result = await scenario.ApplyInPartAsync(after, Token);

        result.Results.Single(one => one.Address == "postgres_type.mood").Success.ShouldBeTrue();
        result.Results.Single(one => one.Address == "postgres_table.people").Diagnostic!.EngineCode.ShouldBe("23502");
        await Database.ExecuteAsync("DELETE FROM people", Token);
        var next = await scenario.ApplyAsync(after, Token);
        next.Diagnostics.ShouldBeEmpty();
        next.Operations.Where(o => o.Action == "update").Select(o => o.Address).ShouldBe(["postgres_table.people"]);
        await scenario.ShouldBeInSyncAsync(after, Token);
    }
}
