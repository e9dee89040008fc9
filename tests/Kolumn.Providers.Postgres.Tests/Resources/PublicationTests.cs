using Kolumn.Protocol.Runtime;
using Kolumn.Providers.Postgres.Resources.Publications;
using Kolumn.Providers.Postgres.Tests.Scenarios;
using Kolumn.Testing;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Resources;

public sealed class PublicationTests(PostgresDatabases databases) : PostgresTest(databases)
{
    private const string Query = """
        SELECT (puballtables, pubinsert, pubupdate, pubdelete, pubtruncate, pubviaroot, pubowner::regrole, obj_description(p.oid, 'pg_publication'),
                (SELECT string_agg(prrelid::regclass || coalesce(' (' || prattrs::text || ')', '') || coalesce(' ' || pg_get_expr(prqual, prrelid), ''), ',' ORDER BY prrelid::regclass::text) FROM pg_publication_rel WHERE prpubid = p.oid),
                (SELECT string_agg(pnnspid::regnamespace::text, ',') FROM pg_publication_namespace WHERE pnpubid = p.oid))::text
        FROM pg_publication p WHERE pubname = 'My; "p"'
        """;

    private static DesiredResource Table(string name, string type = "int") => Resource("postgres_table", name, $$"""{"columns":[{"name":"id","type":"{{type}}","primary_key":true},{"name":"who","type":"text"}]}""");

    [Fact]
    public Task Publication_FromCreationToEnd_ChangesInPlaceButForAllTables() => new Lifecycle(Database, "postgres_publication", "My; \"p\"")
    {
        Others = [Table("t"), Table("U; \"u\""), Resource("postgres_schema", "s", "{}")],
    }.RunAsync(
        Token,
        new Stage("{}", "create", Query, "(f,t,t,t,t,f,kolumn,,,)"),
        new Stage("""{"tables":["t","postgres_table.U; \"u\""],"publish":["update","insert"]}""", "update", Query, "(f,t,t,f,f,f,kolumn,,\"\"\"U; \"\"\"\"u\"\"\"\"\"\",t\",)"),
        new Stage("""{"tables":[{"table":"t","where":"id>5"}],"schemas":["postgres_schema.s"],"via_partition_root":true,"comment":"it's"}""", "update", Query, "(f,t,t,t,t,t,kolumn,it's,\"t (id > 5)\",s)"),
        new Stage("""{"tables":[{"table":"t","columns":["who","id"]}],"publish":["insert"],"owner":"kolumn"}""", "update", Query, "(f,t,f,f,f,f,kolumn,,\"t (1 2)\",)"),
        new Stage("{}", "update", Query, "(f,t,t,t,t,f,kolumn,,,)"),
        new Stage("""{"all_tables":true}""", "replace", Query, "(t,t,t,t,t,f,kolumn,,,)"));

    [Fact]
    public async Task Change_ColumnThatAConditionNames_RebuildsThePublicationAround()
    {
        DesiredResource Publication = Resource("postgres_publication", "p", """{"tables":[{"table":"t","where":"id > 5"},"u"],"publish":["insert"]}""");
        await using var scenario = await StartAsync(Database, Token);
        await scenario.ApplyAsync([Publication, Table("t"), Table("u")], Token);
        DesiredResource[] desired = [Publication, Table("t", "bigint"), Table("u", "bigint")];

        var plan = await scenario.ApplyAsync(desired, Token);

        plan.Operations.Single(operation => operation.Address == "postgres_publication.p").Action.ShouldBe("replace");
        await scenario.ShouldBeInSyncAsync(desired, Token);
    }

    [Theory]
    [InlineData("""{"name":"p","all_tables":true,"tables":["t"]}""", "all_tables", "A publication is for all tables or for some, not both")]
    [InlineData("""{"name":"p","publish":["select"]}""", "publish", "'select' is none of insert, update, delete, truncate")]
    [InlineData("""{"name":"p","tables":["t","public.t"]}""", "tables[1].table", "The table public.t is published twice")]
    [InlineData("""{"name":"p","tables":[{"table":"t","when":"x"}]}""", "tables[0].when", "A published table has no attribute 'when'")]
    public void Describe_Mistake_IsNamedAtItsPlace(string config, string attribute, string summary)
    {
        var diagnostic = Configs.TryDescribe(new PublicationHandler(), config).Diagnostics.ShouldHaveSingleItem();

        (diagnostic.Attribute!.ToString(), diagnostic.Summary).ShouldBe((attribute, summary));
    }
}
