using System.Text.Json.Nodes;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Testing;

namespace Kolumn.Providers.Postgres.Tests.Resources;

/// <summary>What is created is what was described, in every spelling, and what is discovered describes itself.</summary>
public sealed class TableRoundTripTests(PostgresDatabases databases) : PostgresTest(databases)
{
    private readonly TableHandler _tables = new();

    public static TheoryData<string, string> Columns { get; } = new()
    {
        { "integer", """{"name":"c","type":"int"}""" },
        { "every number", """{"name":"c","type":"numeric(10, 2)","default":9.50}""" },
        { "numeric without scale", """{"name":"c","type":"decimal(8)"}""" },
        { "varchar", """{"name":"c","type":"varchar(10)","nullable":false,"default":"draft"}""" },
        { "character varying", """{"name":"c","type":"CHARACTER VARYING (10)","not_null":true}""" },
        { "text default with a cast", """{"name":"c","type":"text","default":"'a'::text"}""" },
        { "now()", """{"name":"c","type":"timestamptz","default":"now()"}""" },
        { "CURRENT_TIMESTAMP", """{"name":"c","type":"timestamp with time zone","default":"CURRENT_TIMESTAMP"}""" },
        { "timestamp(3)", """{"name":"c","type":"timestamptz(3)"}""" },
        { "boolean default", """{"name":"c","type":"bool","default":true}""" },
        { "negative default", """{"name":"c","type":"smallint","default":-1}""" },
        { "jsonb", """{"name":"c","type":"jsonb","default":"{}"}""" },
        { "array", """{"name":"c","type":"text[]","default":"'{}'"}""" },
        { "array in words", """{"name":"c","type":"integer ARRAY"}""" },
        { "interval with fields", """{"name":"c","type":"interval day to second(3)"}""" },
        { "char", """{"name":"c","type":"char"}""" },
        { "bit", """{"name":"c","type":"bit(3)"}""" },
        { "float", """{"name":"c","type":"float(10)"}""" },
        { "uuid", """{"name":"c","type":"uuid","default":"gen_random_uuid()"}""" },
        { "identity", """{"name":"c","type":"bigint","identity":"always"}""" },
        { "identity with options", """{"name":"c","type":"integer","identity":{"generation":"by_default","start":100,"increment":5,"cache":10,"cycle":true}}""" },
        { "identity downwards", """{"name":"c","type":"smallint","identity":{"generation":"always","increment":-1}}""" },
        { "serial", """{"name":"c","type":"bigserial"}""" },
        { "serial spelled out", """{"name":"c","type":"smallint","serial":true}""" },
        { "generated", """{"name":"c","type":"text","generated":"upper(name) || '!'"}""" },
        { "collation", """{"name":"c","type":"text","collation":"C"}""" },
        { "comment", """{"name":"c","type":"text","comment":"It's a \\ \"comment\""}""" },
        { "quoted name", """{"name":"Naïve \"Column\"; DROP TABLE x; --","type":"text","default":"it's; DROP TABLE x; --"}""" },
        { "unknown keyword as text", """{"name":"c","type":"text","default":"user"}""" },
    };

    public static TheoryData<string, string> Constraints { get; } = new()
    {
        { "key of two", """ "primary_key":["id","name"] """ },
        { "named key", """ "primary_key":{"name":"main key","columns":["id"],"include":["price"]} """ },
        { "unique", """ "unique_constraints":[{"columns":["name","price"]},{"name":"u2","columns":["price"],"nulls_not_distinct":true,"include":["id"]}] """ },
        { "deferred unique", """ "unique_constraints":[{"columns":["name"],"initially_deferred":true}] """ },
        { "checks", """ "checks":[{"expression":"price > 0"},{"expression":"price < 1000 and name <> ''"},{"expression":"price in (1,2)"},{"name":"named","expression":"length(name)>=2"}] """ },
        { "IN on a varchar", """ "checks":[{"expression":"code in ('a', 'b') or code not in ('c')"}] """ },
        { "self reference", """ "foreign_keys":[{"columns":["parent"],"references":"things"}], "primary_key":["id"] """ },
        { "actions", """ "foreign_keys":[{"columns":["parent"],"references":"public.others","referenced_columns":["id"],"on_delete":"SET NULL","on_update":"cascade","initially_deferred":true,"match_full":true}] """ },
        { "unlogged with comment", """ "unlogged":true,"comment":"scratch" """ },
    };

    [Theory]
    [MemberData(nameof(Columns))]
    public Task Column_CreatedAndRead_EqualsItsDescription(string what, string column) => RoundTripAsync(what, $$"""
        {"name":"things","columns":[{"name":"id","type":"int","primary_key":true},{"name":"name","type":"text"},{{column}}]}
        """);

    [Theory]
    [MemberData(nameof(Constraints))]
    public Task Constraint_CreatedAndRead_EqualsItsDescription(string what, string constraints) => RoundTripAsync(what, $$"""
        {"name":"things","columns":[{"name":"id","type":"int"},{"name":"name","type":"text"},{"name":"price","type":"numeric"},{"name":"parent","type":"int"},{"name":"code","type":"varchar(9)"}],{{constraints}}}
        """);

    [Fact]
    public async Task Defaults_NamedByPostgres_HaveTheNamesThatAreDescribed()
    {
        await Database.ExecuteAsync(
            """
            CREATE TABLE "a_table_with_a_very_long_name_that_needs_to_be_cut_off_somewhere" (x int);
            CREATE TABLE others (id int PRIMARY KEY);
            CREATE TABLE things (
                id int PRIMARY KEY, name text UNIQUE, price numeric CHECK (price > 0), CHECK (price < 100), CHECK (price > id),
                a_column_with_a_rather_long_name_of_its_own int REFERENCES others, other int REFERENCES others,
                UNIQUE (name, a_column_with_a_rather_long_name_of_its_own));
            """,
            Token);
        var described = Configs.Describe(_tables, """
            {"name":"things","columns":[
              {"name":"id","type":"int","primary_key":true},{"name":"name","type":"text","unique":true},{"name":"price","type":"numeric"},
              {"name":"a_column_with_a_rather_long_name_of_its_own","type":"int","references":"others.id"},{"name":"other","type":"int","references":"others"}],
             "unique_constraints":[{"columns":["name","a_column_with_a_rather_long_name_of_its_own"]}],
             "checks":[{"expression":"price > 0"},{"expression":"price < 100"},{"expression":"price > id"}]}
            """);

        var normalized = await NormalizeAsync(_tables, [described]);

        normalized[0].Refusal.ShouldBeNull();
        Sorted(normalized[0].Definition!).ShouldBe(Sorted((await ReadAsync(_tables))["public.things"]));
    }

    private async Task RoundTripAsync(string what, string config)
    {
        await Database.ExecuteAsync("CREATE TABLE others (id int PRIMARY KEY)", Token);
        var described = Configs.Describe(_tables, config);

        // What was created is what the server says it would create.
        var normalized = (await NormalizeAsync(_tables, [described])).ShouldHaveSingleItem();
        normalized.Refusal.ShouldBeNull(what);
        await ApplyAsync(_tables.Create(described));
        var actual = (await ReadAsync(_tables, ["public.things"]))["public.things"];
        Sorted(actual).ShouldBe(Sorted(normalized.Definition!));

        // What was read describes itself, and creates its equal.
        var discovered = Configs.Describe(_tables, _tables.ToConfig(actual).ToJsonString());
        var again = (await NormalizeAsync(_tables, [discovered]))[0];
        again.Refusal.ShouldBeNull(what);
        Sorted(again.Definition!).ShouldBe(Sorted(actual));
        await ApplyAsync(_tables.Drop(actual), _tables.Create(discovered));
        Sorted((await ReadAsync(_tables))["public.things"]).ShouldBe(Sorted(actual));
    }

    // Constraints are compared by name, in any order.
    private static string Sorted(JsonObject definition)
    {
        var copy = definition.DeepClone().AsObject();
        foreach (var (name, list) in definition.Where(member => member.Value is JsonArray))
        {
            copy[name] = new JsonArray([.. list!.AsArray().OrderBy(element => (string?)element!["name"], StringComparer.Ordinal).Select(element => element!.DeepClone())]);
        }

        return new JsonObject([.. copy.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))]).ToJsonString();
    }
}
