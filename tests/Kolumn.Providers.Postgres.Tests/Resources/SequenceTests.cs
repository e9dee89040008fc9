using Kolumn.Providers.Postgres.Resources.Sequences;
using Kolumn.Providers.Postgres.Tests.Scenarios;
using Kolumn.Testing;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Resources;

public sealed class SequenceTests(PostgresDatabases databases) : PostgresTest(databases)
{
    private const string Query = """
        SELECT (format_type(seqtypid, NULL), seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle, relpersistence, obj_description(oid, 'pg_class'), relowner::regrole,
               (SELECT refobjid::regclass || '.' || refobjsubid FROM pg_depend WHERE objid = seqrelid AND deptype = 'a'))::text
        FROM pg_sequence JOIN pg_class ON oid = seqrelid WHERE relname = 'q'
        """;

    [Fact]
    public Task Sequence_FromCreationToEnd_ChangesInPlace() => new Lifecycle(Database, "postgres_sequence", "q")
    {
        Others = [Resource("postgres_table", "t", """{"columns":[{"name":"id","type":"int"},{"name":"Other; column","type":"int"}]}""")],
    }.RunAsync(
        Token,
        new Stage("{}", "create", Query, "(bigint,1,1,1,9223372036854775807,1,f,p,,kolumn,)"),
        new Stage("""{"data_type":"int4","start":100,"cache":20,"comment":"it's"}""", "update", Query, "(integer,100,1,1,2147483647,20,f,p,it's,kolumn,)"),
        new Stage("""{"data_type":"smallint","increment":-2,"min":-50,"max":10,"cycle":true}""", "update", Query, "(smallint,10,-2,-50,10,1,t,p,,kolumn,)"),
        new Stage("""{"owned_by":"postgres_table.t.Other; column"}""", "update", Query, "(bigint,1,1,1,9223372036854775807,1,f,p,,kolumn,t.2)"),
        new Stage("""{"owned_by":"t.id","unlogged":true}""", "update", Query, "(bigint,1,1,1,9223372036854775807,1,f,u,,kolumn,t.1)"),
        new Stage("""{"owner":"pg_monitor"}""", "update", Query, "(bigint,1,1,1,9223372036854775807,1,f,p,,pg_monitor,)"),
        new Stage("{}", "noop", Query, "(bigint,1,1,1,9223372036854775807,1,f,p,,pg_monitor,)"));

    [Fact]
    public async Task Table_DefaultDrawsFromASequenceOfThePlan_ComesAfterIt()
    {
        await using var scenario = await StartAsync(Database, Token);
        Kolumn.Protocol.Runtime.DesiredResource Table(string columns) => Resource("postgres_table", "t", $$"""{"columns":[{"name":"id","type":"int"}{{columns}}]}""");
        await scenario.ApplyAsync([Table("")], Token);
        Kolumn.Protocol.Runtime.DesiredResource[] desired =
        [
            Table(""" ,{"name":"n","type":"bigint","default":"nextval('\"My seq\"')"},{"name":"m","type":"bigint","default":"nextval('s.q'::regclass)"}"""),
            Resource("postgres_sequence", "My seq", "{}"),
            Resource("postgres_sequence", "q", """{"schema":"postgres_schema.s"}"""),
            Resource("postgres_schema", "s", "{}"),
        ];

        var plan = await scenario.ApplyAsync(desired, Token);

        plan.Operations[^1].Address.ShouldBe("postgres_table.t");
        await scenario.ShouldBeInSyncAsync(desired, Token);
        (await Database.QueryAsync("SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef ORDER BY adnum", Token)).ShouldBe(["nextval('\"My seq\"'::regclass)", "nextval('s.q'::regclass)"]);
        await Lifecycle.AdoptDiscoveredAsync(Database, Token);
    }

    [Fact]
    public async Task Discover_SequencesOfIdentityAndSerialColumns_BelongToTheirTables()
    {
        await Database.ExecuteAsync("CREATE TABLE t (a serial, b int GENERATED ALWAYS AS IDENTITY, c int); CREATE SEQUENCE free; CREATE SEQUENCE owned OWNED BY t.c", Token);

        (await ReadAsync(new SequenceHandler())).Keys.ShouldBe(["public.free", "public.owned"]);
        await Lifecycle.AdoptDiscoveredAsync(Database, Token);
    }

    [Theory]
    [InlineData("""{"name":"q","data_type":"text"}""", "data_type", "A sequence counts in smallint, integer or bigint")]
    [InlineData("""{"name":"q","increment":0}""", "increment", "A sequence that adds nothing does not count")]
    [InlineData("""{"name":"q","owned_by":"users"}""", "owned_by", "This names no column of a table")]
    public void Describe_Mistake_IsNamedAtItsPlace(string config, string attribute, string summary)
    {
        var diagnostic = Configs.TryDescribe(new SequenceHandler(), config).Diagnostics.ShouldHaveSingleItem();

        (diagnostic.Attribute!.ToString(), diagnostic.Summary).ShouldBe((attribute, summary));
    }
}
