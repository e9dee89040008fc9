using Kolumn.Protocol.Runtime;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Providers.Postgres.Tests.Scenarios;
using Kolumn.Testing;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Resources;

/// <summary>What tables have beside columns and keys.</summary>
public sealed class TableFeatureTests(PostgresDatabases databases) : PostgresTest(databases)
{
    private const string Columns = "\"columns\":[{\"name\":\"id\",\"type\":\"int\"},{\"name\":\"Room; \\\"x\\\"\",\"type\":\"int\"},{\"name\":\"during\",\"type\":\"tsrange\"},{\"name\":\"note\",\"type\":\"text\",\"collation\":\"C\",\"comment\":\"c\"}]";

    private static string Table(string more) => "{" + Columns + more + "}";

    [Fact]
    public Task StorageParametersAndRowSecurity_FromCreationToEnd_ChangeInPlace()
    {
        const string Query = """
            SELECT (c.reloptions, t.reloptions, c.relrowsecurity, c.relforcerowsecurity, c.relowner::regrole, obj_description(c.oid, 'pg_class'),
                    (SELECT string_agg(attname || ' ' || collname, ',') FROM pg_attribute JOIN pg_collation k ON k.oid = attcollation WHERE attrelid = c.oid AND collname = 'C'))::text
            FROM pg_class c LEFT JOIN pg_class t ON t.oid = c.reltoastrelid WHERE c.relname = 't'
            """;
        return new Lifecycle(Database, "postgres_table", "t").RunAsync(
            Token,
            new Stage(Table(""","storage_parameters":{"fillfactor":70,"autovacuum_enabled":false,"toast.autovacuum_enabled":"off"},"row_level_security":true"""), "create", Query,
                "(\"{autovacuum_enabled=false,fillfactor=70}\",{autovacuum_enabled=off},t,f,kolumn,,\"note C\")"),
            new Stage(Table(""","storage_parameters":{"fillfactor":80,"parallel_workers":2},"force_row_level_security":true,"owner":"pg_monitor","comment":"rooms" """), "update", Query,
                "(\"{fillfactor=80,parallel_workers=2}\",,f,t,pg_monitor,rooms,\"note C\")"),
            new Stage(Table(""), "update", Query, "(,,f,f,pg_monitor,,\"note C\")"));
    }

    [Fact]
    public Task Exclusions_FromCreationToEnd_AreComparedAsTheServerSpellsThem()
    {
        const string Query = "SELECT string_agg(conname || ': ' || pg_get_constraintdef(oid), '|' ORDER BY conname) FROM pg_constraint WHERE contype = 'x'";
        return new Lifecycle(Database, "postgres_table", "t") { Others = [Resource("postgres_extension", "btree_gist", "{}")] }.RunAsync(
            Token,
            new Stage(Table(""","exclusions":[{"elements":[{"name":"Room; \"x\"","operator":"="},{"name":"during","operator":"&&"}],"where":"note<>''","deferrable":true}]"""), "create", Query,
                "t_Room; \"x\"_during_excl: EXCLUDE USING gist (\"Room; \"\"x\"\"\" WITH =, during WITH &&) WHERE ((note <> ''::text)) DEFERRABLE"),
            new Stage(Table(""","exclusions":[{"elements":[{"name":"Room; \"x\"","operator":"="},{"name":"during","operator":"&&"}],"initially_deferred":true},{"name":"My excl","method":"btree","elements":[{"expression":"id+1","operator":"=","order":"desc"}],"include":["note"]}]"""), "update", Query,
                "My excl: EXCLUDE USING btree (((id + 1)) DESC WITH =) INCLUDE (note)|t_Room; \"x\"_during_excl: EXCLUDE USING gist (\"Room; \"\"x\"\"\" WITH =, during WITH &&) DEFERRABLE INITIALLY DEFERRED"),
            new Stage(Table(""","exclusions":[{"name":"My excl","elements":[{"name":"during","operator":"OPERATOR(pg_catalog.&&)","opclass":"range_ops"}]}]"""), "update", Query,
                "My excl: EXCLUDE USING gist (during WITH &&)"));
    }

    [Theory]
    [InlineData("""{"elements":[{"name":"id"}]}""", "exclusions[0].elements[0].operator", "An element of an exclusion constraint has an operator")]
    [InlineData("""{"elements":[{"name":"id","operator":"=) ; DROP TABLE x"}]}""", "exclusions[0].elements[0].operator", "'=) ; DROP TABLE x' is not an operator")]
    [InlineData("""{"elements":[{"name":"id","operator":"=","wrong":1}]}""", "exclusions[0].elements[0].wrong", "An index column has no attribute 'wrong'")]
    public void Describe_MistakenExclusion_IsNamedAtItsPlace(string exclusion, string attribute, string summary)
    {
        var diagnostic = Configs.TryDescribe(new TableHandler(), $$"""{"name":"t","columns":[{"name":"id","type":"int"}],"exclusions":[{{exclusion}}]}""").Diagnostics.ShouldHaveSingleItem();

        (diagnostic.Attribute!.ToString(), diagnostic.Summary).ShouldBe((attribute, summary));
    }

    [Fact]
    public async Task Inheritance_TableThatInherits_IsNamedAndNeverDescribed()
    {
        await Database.ExecuteAsync("CREATE TABLE parent (id int); CREATE TABLE child (extra int) INHERITS (parent); CREATE TABLE other (id int)", Token);
        (await ReadAsync(new TableHandler())).Keys.ShouldBe(["public.other", "public.parent"]);
        await using var scenario = await StartAsync(Database, Token);

        var plan = await scenario.PlanAsync([Resource("postgres_table", "child", """{"columns":[{"name":"id","type":"int"},{"name":"extra","type":"int"}]}""")], Token);

        plan.Diagnostics.ShouldHaveSingleItem().Summary.ShouldBe("The table public.child inherits from another table");
        await scenario.ApplyAsync([Resource("postgres_table", "other", """{"columns":[{"name":"id","type":"int"}]}""")], Token);
    }
}
