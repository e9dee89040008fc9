using System.Text.Json.Nodes;
using Kolumn.Providers.Postgres.Resources.Indexes;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Testing;

namespace Kolumn.Providers.Postgres.Tests.Resources;

public sealed class IndexTests(PostgresDatabases databases) : PostgresTest(databases)
{
    private readonly IndexHandler _indexes = new();

    public static TheoryData<string, string> Indexes { get; } = new()
    {
        { """ "columns":["email"] """, """CREATE INDEX "i" ON "public"."users" ("email")""" },
        { """ "columns":["email","Age \"x\""],"unique":true """, "CREATE UNIQUE INDEX \"i\" ON \"public\".\"users\" (\"email\", \"Age \"\"x\"\"\")" },
        { """ "columns":[{"name":"email","order":"desc"},{"name":"id","order":"DESC","nulls":"last"},{"name":"tags","nulls":"first"}] """, """CREATE INDEX "i" ON "public"."users" ("email" DESC, "id" DESC NULLS LAST, "tags" NULLS FIRST)""" },
        { """ "columns":[{"expression":"lower(email)"},{"expression":"id + 1"}] """, """CREATE INDEX "i" ON "public"."users" ((lower(email)), (id + 1))""" },
        { """ "columns":[{"name":"email","opclass":"text_pattern_ops","collation":"C"}] """, """CREATE INDEX "i" ON "public"."users" ("email" COLLATE "C" text_pattern_ops)""" },
        { """ "columns":["id"],"include":["email"],"where":"id > 10 and email is not null" """, """CREATE INDEX "i" ON "public"."users" ("id") INCLUDE ("email") WHERE id > 10 and email is not null""" },
        { """ "columns":["tags"],"method":"gin" """, """CREATE INDEX "i" ON "public"."users" USING "gin" ("tags")""" },
        { """ "columns":["id"],"method":"btree","unique":true,"nulls_not_distinct":true,"comment":"it's" """, "CREATE UNIQUE INDEX \"i\" ON \"public\".\"users\" (\"id\") NULLS NOT DISTINCT\n\nCOMMENT ON INDEX \"public\".\"i\" IS 'it''s'" },
        { """ "columns":["id"],"where":"'a;b' <> 'c'" """, """CREATE INDEX "i" ON "public"."users" ("id") WHERE 'a;b' <> 'c'""" },
    };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Database.ExecuteAsync("CREATE TABLE users (id int, email text, \"Age \"\"x\"\"\" int, tags text[])", Token);
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public async Task Index_CreatedAndRead_EqualsItsDescription(string attributes, string sql)
    {
        var described = Configs.Describe(_indexes, $$"""{"name":"i","table":"users",{{attributes}}}""");
        Configs.Text(_indexes.Create(described)).ShouldBe(sql);

        var normalized = (await NormalizeAsync(_indexes, [described])).ShouldHaveSingleItem();
        normalized.Refusal.ShouldBeNull();
        await ApplyAsync(_indexes.Create(described));
        var actual = (await ReadAsync(_indexes, ["public.i"]))["public.i"];
        actual.ToJsonString().ShouldBe(normalized.Definition!.ToJsonString());

        var discovered = Configs.Describe(_indexes, _indexes.ToConfig(actual).ToJsonString());
        (await NormalizeAsync(_indexes, [discovered]))[0].Definition!.ToJsonString().ShouldBe(actual.ToJsonString());
        await ApplyAsync(_indexes.Drop(actual));
        (await ReadAsync(_indexes)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Normalize_TableOfThePlanHasANewColumn_IsSpelledWithIt()
    {
        var table = Configs.Describe(new TableHandler(), """{"name":"users","columns":[{"name":"id","type":"int"},{"name":"added","type":"varchar(20)"}]}""");
        var index = Configs.Describe(_indexes, """{"name":"i","table":"users","columns":[{"expression":"upper(added)"}]}""");

        var normalized = (await NormalizeAsync(_indexes, [index], new Dictionary<string, IReadOnlyList<JsonObject>> { ["table"] = [table] })).ShouldHaveSingleItem();

        normalized.Definition!["columns"]![0]!["expression"]!.GetValue<string>().ShouldBe("upper((added)::text)");
    }

    [Fact]
    public async Task Normalize_OneIsRefused_TheOthersAreNotSpoiled()
    {
        var good = Configs.Describe(_indexes, """{"name":"good","table":"users","columns":["id"],"where":"id>1"}""");
        var bad = Configs.Describe(_indexes, """{"name":"bad","table":"users","columns":["missing"]}""");
        var worse = Configs.Describe(_indexes, """{"name":"worse","table":"absent","columns":["id"]}""");

        var normalized = await NormalizeAsync(_indexes, [bad, good, worse]);

        normalized[0].Definition.ShouldBeNull();
        normalized[0].Refusal!.EngineCode.ShouldBe("42703");
        normalized[1].Definition!["where"]!.GetValue<string>().ShouldBe("(id > 1)");
        normalized[2].Refusal!.EngineCode.ShouldBe("42P01");
        normalized[2].Refusal!.ToString().ShouldNotContain("kolumn_scratch");
    }

    [Fact]
    public void Alter_OrderOfColumnsOrAnythingButTheComment_NeedsAReplacement()
    {
        var one = Configs.Describe(_indexes, """{"name":"i","table":"users","columns":["id","email"]}""");
        var turned = Configs.Describe(_indexes, """{"name":"i","table":"users","columns":["email","id"]}""");
        var commented = Configs.Describe(_indexes, """{"name":"i","table":"users","columns":["id","email"],"comment":"new"}""");

        _indexes.Alter(one, turned).ShouldBeNull();
        Configs.Text(_indexes.Alter(one, commented)).ShouldBe("""COMMENT ON INDEX "public"."i" IS 'new'""");
        Configs.Text(_indexes.Alter(commented, one)).ShouldBe("""COMMENT ON INDEX "public"."i" IS NULL""");
    }

    [Fact]
    public async Task Read_IndexesOfConstraintsAndInvalidOnes_AreToldApart()
    {
        await Database.ExecuteAsync("ALTER TABLE users ADD PRIMARY KEY (id), ADD UNIQUE (email); CREATE INDEX plain ON users (tags); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'plain'::regclass", Token);

        var found = (await ReadAsync(_indexes)).ShouldHaveSingleItem();

        found.Key.ShouldBe("public.plain");
        found.Value["invalid"]!.GetValue<bool>().ShouldBeTrue();
    }
}
