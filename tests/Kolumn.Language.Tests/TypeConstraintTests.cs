namespace Kolumn.Language.Tests;

public sealed class TypeConstraintTests
{
    [Theory]
    [InlineData("string", "string")]
    [InlineData("list(number)", "list(number)")]
    [InlineData("set(bool)", "set(bool)")]
    [InlineData("map(any)", "map(any)")]
    [InlineData("list", "list(any)")]
    [InlineData("\"string\"", "string")]
    [InlineData("\"list(string)\"", "list(string)")]
    [InlineData("tuple([string, list(number)])", "tuple([string, list(number)])")]
    [InlineData("object({ name = string, size = optional(number), on = optional(bool, true) })", "object({name=string, size=optional(number), on=optional(bool, true)})")]
    [InlineData("object({})", "object({})")]
    [InlineData("map(object({ a = list(map(string)) }))", "map(object({a=list(map(string))}))")]
    [InlineData("object({ a = optional(number, \"5\") })", "object({a=optional(number, 5)})")]
    public void Parse_Type_IsRead(string text, string expected)
    {
        var (type, diagnostics) = Parse(text);

        diagnostics.ShouldBeEmpty();
        type!.ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("strng", "strng", "There is no type \"strng\". Did you mean \"string\"? The types are string, number, bool, any, list, set, map, object, tuple.")]
    [InlineData("list(foo)", "foo", "There is no type \"foo\". The types are string, number, bool, any, list, set, map, object, tuple.")]
    [InlineData("list(string, number)", "list(string, number)", "The type list takes exactly one argument in its parentheses.")]
    [InlineData("string(1)", "string(1)", "The type string takes no arguments.")]
    [InlineData("object", "object", "An object type names its attributes: object({ name = string }). For an object of any attributes write map(any).")]
    [InlineData("object(string)", "string", "An object type names its attributes in braces: object({ name = string }).")]
    [InlineData("tuple(string)", "string", "A tuple type lists its elements in square brackets: tuple([string, number]).")]
    [InlineData("optional(string)", "optional", "optional(…) stands only for an attribute within object({ … }).")]
    [InlineData("object({ a = optional(number, \"x\") })", "\"x\"", "a must be number, and it is a string.")]
    [InlineData("object({ a = optional() })", "optional()", "optional takes a type and, if wanted, the value an attribute left out has: optional(number, 1).")]
    [InlineData("\"strng\"", "\"strng\"", "The text \"strng\" is no type. Write the type without quotes, e.g. list(string).")]
    [InlineData("[string]", "[string]", "A type is one of string, number, bool, any, list, set, map, object, tuple, for example list(string).")]
    [InlineData("5", "5", "A type is one of string, number, bool, any, list, set, map, object, tuple, for example list(string).")]
    public void Parse_NoType_IsReported(string text, string subject, string detail)
    {
        var (type, diagnostics) = Parse(text);

        type.ShouldBeNull();
        var diagnostic = diagnostics.ShouldHaveSingleItem();
        diagnostic.Subject.Text.ShouldBe(subject);
        diagnostic.Detail.ShouldBe(detail);
    }

    [Theory]
    [InlineData("string", "5", "\"5\"")]
    [InlineData("string", "true", "\"true\"")]
    [InlineData("number", "\"1.50\"", "1.5")]
    [InlineData("bool", "\"true\"", "true")]
    [InlineData("any", "[1, { a = 2 }]", "[1, { a = 2 }]")]
    [InlineData("list(string)", "[1, true, null]", "[\"1\", \"true\", null]")]
    [InlineData("set(string)", "[1, \"1\", 2]", "[\"1\", \"2\"]")]
    [InlineData("list(string)", "toset([\"a\"])", "[\"a\"]")]
    [InlineData("map(string)", "{ b = 1, a = 2 }", "{ b = \"1\", a = \"2\" }")]
    [InlineData("tuple([string, number])", "[1, \"2\"]", "[\"1\", 2]")]
    [InlineData("object({ a = string, b = optional(number, 7), c = optional(bool) })", "{ a = 1, extra = 2 }", "{ a = \"1\", b = 7, c = null }")]
    [InlineData("object({ a = optional(number, 7) })", "{ a = null }", "{ a = 7 }")]
    [InlineData("list(object({ a = string }))", "[{ a = 1 }, null]", "[{ a = \"1\" }, null]")]
    [InlineData("number", "null", "null")]
    public void Convert_FittingValue_BecomesTheType(string type, string value, string expected)
    {
        var diagnostics = new DiagnosticBag();

        var converted = TypeConversion.Convert(Evaluate(value), Parse(type).Type!, "var.x", default, diagnostics);

        diagnostics.ShouldBeEmpty();
        converted!.ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("number", "\"x\"", "var.x must be number, and it is a string.")]
    [InlineData("bool", "1", "var.x must be bool, and it is a number.")]
    [InlineData("string", "[1]", "var.x must be string, and it is a list.")]
    [InlineData("list(number)", "{ a = 1 }", "var.x must be list(number), and it is an object.")]
    [InlineData("map(number)", "[1]", "var.x must be map(number), and it is a list.")]
    [InlineData("list(number)", "[1, \"a\", 2, [3]]", "var.x[1] must be number, and it is a string.", "var.x[3] must be number, and it is a list.")]
    [InlineData("map(number)", "{ a = 1, \"b c\" = \"d\" }", "var.x[\"b c\"] must be number, and it is a string.")]
    [InlineData("tuple([string])", "[]", "var.x must have exactly 1 elements, and it has 0.")]
    [InlineData("object({ name = string, size = number })", "{ nmae = \"a\", size = \"b\" }",
        "var.x.size must be number, and it is a string.", "var.x needs the attribute \"name\" (string). It has \"nmae\", which is probably meant.")]
    [InlineData("list(object({ columns = map(object({ type = string })) }))", "[{ columns = { id = { type = [1] } } }]",
        "var.x[0].columns.id.type must be string, and it is a list.")]
    public void Convert_WhatDoesNotFit_IsReportedWithItsPath(string type, string value, params string[] details)
    {
        var diagnostics = new DiagnosticBag();

        TypeConversion.Convert(Evaluate(value), Parse(type).Type!, "var.x", default, diagnostics).ShouldBeNull();

        diagnostics.Select(d => d.Detail).ShouldBe(details);
        diagnostics.ShouldAllBe(d => d.Severity == LanguageSeverity.Error && d.Code == LanguageCodes.WrongType);
    }

    [Fact]
    public void Convert_MistypedOptionalAttribute_IsLeftOutWithAWarning()
    {
        var diagnostics = new DiagnosticBag();
        var type = Parse("object({ nullable = optional(bool, true) })").Type!;

        TypeConversion.Convert(Evaluate("{ nulable = false }"), type, "var.x", default, diagnostics)!.ToString().ShouldBe("{ nullable = true }");

        diagnostics.ShouldHaveSingleItem().ToString().ShouldBe(
            ": Wrong type: var.x has an attribute \"nulable\", which the type does not know and which is left out. Did you mean \"nullable\"?");
    }

    [Fact]
    public void Convert_UnknownAndSensitive_Stay()
    {
        var type = Parse("object({ a = string, b = string })").Type!;
        var value = Value.Object(("a", Value.Unknown), ("b", Value.Of(5).WithSensitive(true)));

        var converted = TypeConversion.Convert(value, type, "var.x", default, new DiagnosticBag())!;

        converted.ContainsUnknown.ShouldBeTrue();
        converted.TryGetMember("b", out var member).ShouldBeTrue();
        member!.IsSensitive.ShouldBeTrue();
        member.AsString().ShouldBe("5");
    }

    private static (TypeConstraint? Type, DiagnosticBag Diagnostics) Parse(string text)
    {
        var parsed = KlParser.ParseExpression(new SourceText("main.kl", text));
        parsed.Diagnostics.ShouldBeEmpty();
        var diagnostics = new DiagnosticBag();
        return (TypeConstraint.Parse(parsed.Tree, diagnostics), diagnostics);
    }

    private static Value Evaluate(string text) => EvaluatorTests.Run(text, EvaluationScope.Empty).Value;
}
