using System.Text.Json.Nodes;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Providers.Postgres.Resources.Views;
using Kolumn.Testing;

namespace Kolumn.Providers.Postgres.Tests.Resources;

public sealed class ViewTests(PostgresDatabases databases) : PostgresTest(databases)
{
    private readonly ViewHandler _views = new();
    private readonly TableHandler _tables = new();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Database.ExecuteAsync("CREATE TABLE users (id int PRIMARY KEY, name varchar(20)); CREATE SCHEMA \"My Schema\"; CREATE TABLE \"My Schema\".orders (id int, user_id int)", Token);
    }

    [Theory]
    [InlineData("SELECT id, name FROM users WHERE name IN ('a', 'b')")]
    [InlineData("select u.id, count(*) as orders\nfrom public.users u -- all of them\n  join \"My Schema\".orders o on o.user_id = u.id\ngroup by u.id;")]
    [InlineData("WITH x AS (SELECT 1 AS a) SELECT x.a, 'it''s; fine' AS b FROM x, users")]
    [InlineData("SELECT * FROM (SELECT users.*, upper(name) AS shout FROM users) s WHERE id IN (SELECT user_id FROM \"My Schema\".orders)")]
    public async Task View_CreatedAndRead_EqualsItsDescription(string query)
    {
        var described = Describe("v", query);
        var normalized = (await NormalizeAsync(_views, [described])).ShouldHaveSingleItem();
        normalized.Refusal.ShouldBeNull();
        await ApplyAsync(_views.Create(described));
        var actual = (await ReadAsync(_views, ["public.v"]))["public.v"];
        actual.ToJsonString().ShouldBe(normalized.Definition!.ToJsonString());

        var discovered = Configs.Describe(_views, _views.ToConfig(actual).ToJsonString());
        (await NormalizeAsync(_views, [discovered]))[0].Definition!.ToJsonString().ShouldBe(actual.ToJsonString());
        await ApplyAsync(_views.Drop(actual), _views.Create(discovered));
        (await ReadAsync(_views))["public.v"].ToJsonString().ShouldBe(actual.ToJsonString());
    }

    [Theory]
    [InlineData("SELECT id, added FROM users")]
    [InlineData("SELECT id, public.users.added FROM public.users")]
    public async Task Normalize_TableOfThePlanHasANewColumn_IsSpelledAsIfItWereThere(string query)
    {
        var table = Configs.Describe(_tables, """{"name":"users","columns":[{"name":"id","type":"int"},{"name":"added","type":"text"}]}""");
        var first = Describe("first", query);
        var second = Describe("second", "SELECT added FROM first");

        var normalized = await NormalizeAsync(
            _views, [second], new Dictionary<string, IReadOnlyList<JsonObject>> { ["table"] = [table], ["view"] = [second, first] });

        normalized[0].Refusal.ShouldBeNull();
        normalized[0].Definition!["query"]!.GetValue<string>().ShouldBe("SELECT first.added\n   FROM public.first");
    }

    [Fact]
    public async Task Normalize_QueryIsRefused_SaysWhereInTheUsersWords()
    {
        var normalized = await NormalizeAsync(_views, [Describe("bad", "SELECT nothing FROM public.users"), Describe("good", "SELECT 1 AS one")]);

        normalized[0].Refusal!.EngineCode.ShouldBe("42703");
        normalized[0].Refusal!.Summary.ShouldBe("PostgreSQL refused: column \"nothing\" does not exist");
        normalized[0].Refusal!.Detail.ShouldBe("At: nothing FROM public.users.");
        normalized[1].Definition.ShouldNotBeNull();
    }

    [Fact]
    public async Task Alter_ColumnsAppended_ReplacesInPlace()
    {
        var (old, longer, other) = (await DesiredAsync("SELECT id FROM users"), await DesiredAsync("SELECT id, name FROM users"), await DesiredAsync("SELECT name FROM users"));

        Configs.Text(_views.Alter(old, longer)).ShouldBe("CREATE OR REPLACE VIEW \"public\".\"v\" AS\nSELECT users.id,\n    users.name\n   FROM public.users");
        _views.Alter(longer, old).ShouldBeNull();
        _views.Alter(old, other).ShouldBeNull();
        await ApplyAsync(_views.Create(old), _views.Alter(old, longer));
        (await ReadAsync(_views))["public.v"].ToJsonString().ShouldBe(longer.ToJsonString());
    }

    [Fact]
    public void Requires_Query_NamesSchemaRelationsFunctionsTypesAndSequences()
    {
        var references = _views.Requires(Describe("v", "SELECT (SELECT max(x) FROM a.b), extract(year FROM now()), my.f(1)::shop.mood, nextval('s.\"Q\"') FROM c, \"D d\" JOIN e ON e.x IN (1, 2), f WHERE g = 1 ORDER BY h, i"))
            .Select(reference => $"{reference.Type} {reference.Identity}").ToList();

        references.Where(reference => reference.StartsWith("table") || reference.StartsWith("schema"))
            .ShouldBe(["schema public", "table a.b", "table public.now", "table public.c", "table public.D d", "table public.e", "table public.f", "table shop.mood"]);
        references.ShouldContain("view a.b");
        references.ShouldContain("function my.f");
        references.ShouldContain("type shop.mood");
        references.ShouldContain("sequence s.Q");
        references.ShouldNotContain("type public.f");
    }

    private async Task<JsonObject> DesiredAsync(string query) => (await NormalizeAsync(_views, [Describe("v", query)]))[0].Definition.ShouldNotBeNull();

    private JsonObject Describe(string name, string query) =>
        Configs.Describe(_views, new JsonObject { ["name"] = name, ["query"] = query }.ToJsonString());
}
