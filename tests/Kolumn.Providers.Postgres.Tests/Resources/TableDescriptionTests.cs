using Kolumn.Protocol;
using Kolumn.Providers.Postgres.Resources.Tables;

namespace Kolumn.Providers.Postgres.Tests.Resources;

/// <summary>What users write, well and badly, without a database.</summary>
public sealed class TableDescriptionTests
{
    private readonly TableHandler _tables = new();

    /// <summary>A column or more, what is wrong, and where.</summary>
    public static TheoryData<string, string, string> Mistakes { get; } = new()
    {
        { """{"columns":[{"name":"a","type":"integer; DROP TABLE x"}]}""", "columns[0].type", "This is not a type" },
        { """{"columns":[{"name":"a","type":"integer DEFAULT 1"}]}""", "columns[0].type", "This is not a type" },
        { """{"columns":[{"name":"a","type":"int) ; --"}]}""", "columns[0].type", "This is not a type" },
        { """{"columns":[{"name":"a","type":"text","generated":"1) STORED, x int GENERATED ALWAYS AS (2"}]}""", "columns[0].generated", "closes nothing" },
        { """{"columns":[{"name":"a","type":"text","generated":"1 -- "}]}""", "columns[0].generated", "comment" },
        { """{"columns":[{"name":"a","type":"text","default":["x"]}]}""", "columns[0].default", "A text, a number or a boolean" },
        { """{"columns":[{"name":"a","type":"text","default":"x\u0000"}]}""", "columns[0].default", "NUL" },
        { """{"columns":[{"name":"a","type":"int","default":1,"identity":true}]}""", "columns[0].identity", "one source of values" },
        { """{"columns":[{"name":"a","type":"serial","default":1}]}""", "columns[0].default", "one source of values" },
        { """{"columns":[{"name":"a","type":"int","identity":"sometimes"}]}""", "columns[0].identity", "An identity is true" },
        { """{"columns":[{"name":"a","type":"int","identity":{"generation":"never"}}]}""", "columns[0].identity.generation", "neither always nor by_default" },
        { """{"columns":[{"name":"a","type":"int","nullable":true,"not_null":true}]}""", "columns[0].not_null", "contradict" },
        { """{"columns":[{"name":"a","type":"text","collation":"C\""}]}""", "columns[0].collation", "not a name" },
        { """{"columns":[{"name":"","type":"text"}]}""", "columns[0].name", "cannot be empty" },
        { """{"columns":[{"name":"a\nb","type":"text"}]}""", "columns[0].name", "control characters" },
        { """{"columns":[{"name":"a","type":"text"},{"name":"a","type":"int"}]}""", "columns", "Two columns are called 'a'" },
        { """{"columns":[{"name":"a","type":"int","references":7}]}""", "columns[0].references", "names no column" },
        { """{"columns":[{"name":"a","type":"int"}],"primary_key":["b"]}""", "primary_key", "no column 'b'" },
        { """{"columns":[{"name":"a","type":"int"}],"primary_key":[]}""", "primary_key", "names its columns" },
        { """{"columns":[{"name":"a","type":"int","primary_key":true}],"primary_key":["a"]}""", "primary_key", "written twice" },
        { """{"columns":[{"name":"a","type":"int"}],"checks":[{"expression":"a > 0); DROP TABLE x; --"}]}""", "checks[0].expression", "cannot stand in a statement" },
        { """{"columns":[{"name":"a","type":"int"}],"checks":[{"expression":"a > 'x"}]}""", "checks[0].expression", "never closed" },
        { """{"columns":[{"name":"a","type":"int"}],"checks":[{"name":"n","expression":"a > 0"},{"name":"n","expression":"a > 1"}]}""", "name", "Two constraints of the table are called 'n'" },
        { """{"columns":[{"name":"a","type":"int"}],"foreign_keys":[{"columns":["a"],"references":"x.y.z"}]}""", "foreign_keys[0].references", "names no table" },
        { """{"columns":[{"name":"a","type":"int"}],"foreign_keys":[{"columns":["a"],"references":"x","referenced_columns":["b","c"]}]}""", "foreign_keys[0].referenced_columns", "1 columns cannot reference 2" },
        { """{"columns":[{"name":"a","type":"int"}],"foreign_keys":[{"columns":["b"],"references":"x"}]}""", "foreign_keys", "no column 'b'" },
        { """{"columns":[],"schema":"pg_catalog"}""", "schema", "belongs to the system" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Describe_Mistake_IsNamedWithItsPlace(string config, string attribute, string says)
    {
        var json = Configs.Json(config);
        json["name"] = "t";
        var (_, diagnostics) = Configs.TryDescribe(_tables, json.ToJsonString());

        var mistake = diagnostics.ShouldHaveSingleItem();
        mistake.Severity.ShouldBe(Severity.Error);
        mistake.Attribute!.ToString().ShouldBe(attribute);
        mistake.Summary.ShouldContain(says);
    }

    [Fact]
    public void Describe_ManyMistakes_AreAllNamed()
    {
        var (_, diagnostics) = Configs.TryDescribe(_tables, """{"name":"t","columns":[{"name":"a","type":"int("},{"name":"b","type":"text","generated":";"}],"primary_key":["c"]}""");

        diagnostics.Select(diagnostic => diagnostic.Attribute!.ToString()).ShouldBe(["columns[0].type", "columns[1].generated", "primary_key"]);
    }

    /// <summary>A reference as Core may send it, and the table it means.</summary>
    public static TheoryData<string, string, string?> References { get; } = new()
    {
        { "\"postgres_table.people\"", "crm.persons", null },
        { "\"postgres_table.people.key\"", "crm.persons", "key" },
        { "\"postgres_table.elsewhere\"", "public.elsewhere", null },
        { "\"postgres_table.elsewhere.id\"", "public.elsewhere", "id" },
        { "\"people\"", "public.people", null },
        { "\"people.id\"", "public.people", "id" },
        { "\"crm.people.id\"", "crm.people", "id" },
        { """{"id":"postgres_table.people","type":"postgres_table","name":"persons","schema":"crm"}""", "crm.persons", null },
    };

    [Theory]
    [MemberData(nameof(References))]
    public void Describe_ReferenceAtAColumn_FindsTheTable(string reference, string table, string? column)
    {
        var definition = Configs.Describe(
            _tables,
            $$"""{"name":"t","columns":[{"name":"a","type":"int","references":{{reference}}}]}""",
            ("postgres_table.people", """{"name":"persons","schema":"postgres_schema.customers"}"""),
            ("postgres_schema.customers", """{"name":"crm"}"""));

        var key = definition["foreign_keys"]![0]!;
        key["references"]!.GetValue<string>().ShouldBe(table);
        ((string?)key["referenced_columns"]?[0]).ShouldBe(column);
        _tables.Requires(definition).Select(reference => reference.Identity).Distinct().ShouldBe(["public", table]);
    }

    [Fact]
    public void Describe_NamesWithDotsAndQuotes_KeepApart()
    {
        var dotted = Configs.Describe(_tables, """{"name":"a.b","columns":[]}""");
        var qualified = Configs.Describe(_tables, """{"name":"b","schema":"a","columns":[]}""");

        _tables.IdentityOf(dotted).ShouldBe("public.\"a.b\"");
        _tables.IdentityOf(qualified).ShouldBe("a.b");
        Configs.Text(_tables.Create(dotted)).ShouldBe("CREATE TABLE \"public\".\"a.b\" (\n\n)");
    }
}
