using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Testing;

namespace Kolumn.Providers.Postgres.Tests.Resources;

/// <summary>Every alteration, forward and back, on a table with rows: the catalog equals what was desired and the rows are still there.</summary>
public sealed class TableAlterTests(PostgresDatabases databases) : PostgresTest(databases)
{
    private readonly TableHandler _tables = new();

    public static TheoryData<string, string, string> Changes { get; } = new()
    {
        { "columns", """{"name":"id","type":"int"},{"name":"old","type":"text"}""", """{"name":"id","type":"int"},{"name":"new","type":"numeric(10,2)","default":1.5,"nullable":false,"comment":"x"}""" },
        { "types", """{"name":"id","type":"int"},{"name":"a","type":"text","default":"'1'::text"},{"name":"b","type":"varchar(10)"},{"name":"c","type":"timestamp"}""", """{"name":"id","type":"bigint"},{"name":"a","type":"int","default":1},{"name":"b","type":"text"},{"name":"c","type":"date"}""" },
        { "sources", """{"name":"id","type":"int"},{"name":"a","type":"int","default":3,"nullable":false},{"name":"b","type":"text","generated":"'x' || 'y'"}""", """{"name":"id","type":"int","identity":"always"},{"name":"a","type":"int","serial":true},{"name":"b","type":"text"}""" },
        { "identity options", """{"name":"id","type":"int","identity":{"generation":"always","increment":2,"max":1000}}""", """{"name":"id","type":"bigint","identity":{"generation":"by_default","start":7,"cycle":true}}""" },
        { "collation", """{"name":"id","type":"int"},{"name":"a","type":"text"}""", """{"name":"id","type":"int"},{"name":"a","type":"text","collation":"C"}""" },
        { "keys", """{"name":"id","type":"int","unique":true},{"name":"a","type":"int"}],"checks":[{"expression":"id > 0"}""", """{"name":"id","type":"int","primary_key":true},{"name":"a","type":"int","references":"t"}],"checks":[{"expression":"id > -1"}""" },
        { "generated with constraints", """{"name":"id","type":"int"},{"name":"g","type":"int","generated":"id + 1","unique":true}],"checks":[{"expression":"g > 0"},{"expression":"id > 0"}""", """{"name":"id","type":"int"},{"name":"g","type":"int","generated":"id + 2","unique":true}],"checks":[{"expression":"g > 0"},{"expression":"id > 0"}""" },
        { "unlogged", """{"name":"id","type":"int"}""", """{"name":"id","type":"int"}],"unlogged":true,"comment":"c","unique_constraints":[{"name":"u","columns":["id"]}""" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Alter_ForthAndBack_ArrivesExactlyAndKeepsTheRows(string what, string before, string after)
    {
        var (first, second) = (await DesiredAsync(before), await DesiredAsync(after));
        await ApplyAsync(_tables.Create(first));
        await Database.ExecuteAsync("INSERT INTO t (id) OVERRIDING SYSTEM VALUE VALUES (1), (2)", Token);

        foreach (var (from, to) in new[] { (first, second), (second, first) })
        {
            await ApplyAsync(_tables.Alter(from, to));

            var actual = (await ReadAsync(_tables))["public.t"];
            _tables.Alter(actual, to).ShouldBeEmpty(what);
            (await Database.QueryAsync("SELECT count(*) FROM t", Token)).ShouldBe(["2"]);
        }
    }

    private async Task<System.Text.Json.Nodes.JsonObject> DesiredAsync(string columns)
    {
        var described = Configs.Describe(_tables, $$"""{"name":"t","columns":[{{columns}}]}""");
        return (await NormalizeAsync(_tables, [described]))[0].Definition.ShouldNotBeNull();
    }
}
