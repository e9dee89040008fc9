using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Sdk.Engine;

namespace Kolumn.Sdk.Tests.Engine;

public sealed class SchemaValidationTests
{
    private static readonly ObjectType Table = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = new()
            {
                Type = "string",
                Required = true,
                Description = "The table's name.",
                Validators =
                [
                    new ValidatorSpec { Type = "regex", Value = "^[a-z_]+$", Message = "invalid table name" },
                    new ValidatorSpec { Type = "length", Value = new JsonObject { ["max"] = 8 } },
                ],
            },
            ["columns"] = new()
            {
                Type = "array",
                Required = true,
                Elem = new AttributeSchema
                {
                    Type = "object",
                    Attributes = new Dictionary<string, AttributeSchema>
                    {
                        ["name"] = new() { Type = "string", Required = true },
                        ["nullable"] = new() { Type = "boolean" },
                        ["default"] = new() { Type = "any" },
                    },
                },
            },
            ["storage"] = new() { Type = "map", Elem = new AttributeSchema { Type = "number", Validators = [new ValidatorSpec { Type = "range", Value = new JsonObject { ["min"] = 1, ["max"] = 100 } }] } },
            ["engine"] = new() { Type = "string", Default = "heap", Required = true, Validators = [new ValidatorSpec { Type = "enum", Value = new JsonArray("heap", "column") }] },
            ["oid"] = new() { Type = "int", Computed = true },
            ["old"] = new() { Type = "int", Deprecated = "Use \"storage\"." },
        },
    };

    [Fact]
    public void Check_ValidConfig_NothingToSay() => Check("""
        {"name":"users","columns":[{"name":"id","nullable":false,"default":1}],"storage":{"fillfactor":70},"unused":null}
        """.Replace(",\"unused\":null", "", StringComparison.Ordinal)).ShouldBeEmpty();

    [Theory]
    [InlineData("ngin", "Did you mean \"engine\"?")]
    [InlineData("coloms", "Did you mean \"columns\"?")]
    [InlineData("row_number_of", "Known attributes: columns, engine, name, old, storage.")]
    public void Check_UnknownAttribute_SuggestsAsTheLanguageDoes(string name, string detail) =>
        Check($$"""{"name":"users","columns":[{"name":"id"}],"{{name}}":1}""").ShouldHaveSingleItem().Detail.ShouldBe(detail);

    [Fact]
    public void Check_ManyMistakes_ReportsEachWithItsPath()
    {
        var found = Check("""
            {"nam":"x","columns":[{"nullable":"no"},7,{"name":null}],"storage":{"a":"x","b":0},"engine":"colum","oid":3,"old":1.5}
            """);

        found.Select(d => $"{d.Code} {d.Attribute}: {d.Summary}").ShouldBe(
            [
                "UNKNOWN_ATTRIBUTE nam: there is no attribute \"nam\"",
                "WRONG_TYPE columns[0].nullable: a value of type bool is expected, this is a string",
                "MISSING_ATTRIBUTE columns[0].name: \"name\" is required",
                "WRONG_TYPE columns[1]: a value of type object is expected, this is a number",
                "MISSING_ATTRIBUTE columns[2].name: \"name\" is required",
                "WRONG_TYPE storage.a: a value of type number is expected, this is a string",
                "INVALID_VALUE storage.b: the value is 0, which is not between 1 and 100",
                "INVALID_VALUE engine: the value is not one of those allowed",
                "INVALID_VALUE oid: \"oid\" is filled in by the provider",
                "DEPRECATED_ATTRIBUTE old: \"old\" is deprecated",
                "WRONG_TYPE old: a value of type int is expected, this is a number",
                "MISSING_ATTRIBUTE name: \"name\" is required",
            ]);
        found[0].Detail.ShouldBe("Did you mean \"name\"?");
        found[7].Detail.ShouldBe("Did you mean \"column\"? Allowed: \"heap\", \"column\".");
        found[11].Detail.ShouldBe("The table's name.");
        found.ShouldAllBe(d => d.Address == "postgres_table.users");
    }

    [Fact]
    public void Check_UnknownProviderAttribute_IsAWarning()
    {
        var found = new SchemaValidation().Check(new JsonObject { ["name"] = "a", ["columns"] = new JsonArray(), ["zzzzzzzz"] = 1 }, Table, unknownIsError: false, null);

        var only = found.ShouldHaveSingleItem();
        only.Severity.ShouldBe(Severity.Warning);
        only.Detail.ShouldBe("Known attributes: columns, engine, name, old, storage.");
    }

    [Theory]
    [InlineData("users\n", "invalid table name")]
    [InlineData("Users", "invalid table name")]
    [InlineData("usersusersusers", "the number of characters is 15, which is not at most 8")]
    public void Check_Validators_Refuse(string name, string expected) =>
        new SchemaValidation().Check(new JsonObject { ["name"] = name, ["columns"] = new JsonArray() }, Table, unknownIsError: true, null)
            .ShouldHaveSingleItem().Summary.ShouldBe(expected);

    [Theory]
    [InlineData("1500.0", "int", true)]
    [InlineData("1e3", "int", true)]
    [InlineData("1.5", "int", false)]
    [InlineData("9007199254740993", "int", true)]
    [InlineData("1e400", "int", false)]
    [InlineData("\"1\"", "int", false)]
    [InlineData("[]", "any", true)]
    [InlineData("{}", "list", false)]
    public void IsOf_NumbersOfOtherLanguages_CountByValue(string json, string type, bool expected) =>
        SchemaValidation.IsOf(JsonNode.Parse(json)!, type).ShouldBe(expected);

    [Fact]
    public void Check_PatternThatBacktracksElsewhere_EndsAtOnce()
    {
        var schema = new ObjectType
        {
            Attributes = new Dictionary<string, AttributeSchema> { ["a"] = new() { Type = "string", Validators = [new ValidatorSpec { Type = "regex", Value = "^(a+)+$" }] } },
        };

        new SchemaValidation().Check(new JsonObject { ["a"] = new string('a', 100_000) + "!" }, schema, unknownIsError: true, null)
            .ShouldHaveSingleItem().Code.ShouldBe(DiagnosticCodes.InvalidValue);
    }

    [Fact]
    public void Consistency_AuthorsMistakes_AllNamed()
    {
        var schema = new ObjectType
        {
            Attributes = new Dictionary<string, AttributeSchema>
            {
                ["a"] = new() { Type = "text" },
                ["b"] = new() { Type = "string", Required = true, Computed = true },
                ["c"] = new() { Type = "int", Default = "x" },
                ["d"] = new() { Type = "list", Elem = new AttributeSchema { Type = "string", Validators = [new ValidatorSpec { Type = "regex", Value = "(?=x)" }] } },
                ["e"] = new() { Type = "string", Validators = [new ValidatorSpec { Type = "range", Value = new JsonObject() }, new ValidatorSpec { Type = "odd" }] },
                ["f"] = new() { Type = "string", Elem = new AttributeSchema { Type = "string" } },
            },
        };

        var faults = SchemaConsistency.FaultsOf("t", schema).ToList();

        faults.Count.ShouldBe(7);
        faults.ShouldContain(f => f.StartsWith("t.a is of type \"text\"", StringComparison.Ordinal));
        faults.ShouldContain("t.b is required and computed at once");
        faults.ShouldContain("t.c has a default that is not of type int");
        faults.ShouldContain(f => f.StartsWith("t.d[], validator regex: its pattern cannot be used", StringComparison.Ordinal));
        faults.ShouldContain("t.e, validator range: its value is not {min?, max?} with numbers");
        faults.ShouldContain("t.e, validator odd: there is no validator \"odd\": regex, enum, range and length exist");
        faults.ShouldContain("t.f has an element type although it is of type string");
    }

    private static IReadOnlyList<Diagnostic> Check(string config) =>
        new SchemaValidation().Check(JsonNode.Parse(config)!.AsObject(), Table, unknownIsError: true, "postgres_table.users");
}
