using System.Text.Json.Nodes;
using Kolumn.Core.Discovering;
using Kolumn.Language;
using Kolumn.Language.Syntax;

namespace Kolumn.Core.Tests.Discovering;

public sealed class KlTextTests
{
    private const int Rounds = 3000;

    private static readonly string[] Pieces =
        ["a", "word", "QUERY", " ", "  ", "\t", "\n", "\n\n", "\r\n", "\"", "\\", "$", "${", "$${", "%", "%{", "%%{", "{", "}", "~", "é", "😀", "\0", "\u001b", "\u200e", "\u2028", "\ufeff", "'", "--", "#", "<<EOT", "null", "1"];

    public static TheoryData<string, string> Attributes => new()
    {
        { "null", "null" },
        { "true", "true" },
        { "-12.50", "-12.5" },
        { "123456789012345678901234567890", "123456789012345678901234567890" },
        { "\"plain\"", "\"plain\"" },
        { "\"say \\\"hi\\\" \\\\ ${x} %{y} \\t \\u0001\"", "\"say \\\"hi\\\" \\\\ $${x} %%{y} \\t \\u0001\"" },
        { "\"one line\\n\"", "\"one line\\n\"" },
        { "[]", "[]" },
        { "{}", "{}" },
        { "[1, \"a\", [true]]", "[1, \"a\", [true]]" },
        { "{ \"a\": 1, \"b c\": { \"for\": null } }", "{ a = 1, \"b c\" = { \"for\" = null } }" },
        { "\"SELECT 1\\nFROM t\\n\"", "<<-QUERY\n    SELECT 1\n    FROM t\n  QUERY" },
        { "\"SELECT 1\\n\\n  FROM ${t}\"", "chomp(<<-QUERY\n    SELECT 1\n\n      FROM $${t}\n  QUERY\n  )" },
        { "\" a\\n  b\\n\"", "<<QUERY\n a\n  b\nQUERY" },
        { "\"QUERY\\n QUERY_2\\n\"", "<<-QUERY_3\n    QUERY\n     QUERY_2\n  QUERY_3" },
        { "\"a\\r\\nb\"", "\"a\\r\\nb\"" },
        { "\"a\\nb\\u202ec\"", "\"a\\nb\u202ec\"" },
    };

    [Theory]
    [MemberData(nameof(Attributes))]
    public void Attribute_OfEveryShape_IsWrittenAsOneWouldByHandAndMeansTheSame(string json, string expected)
    {
        var value = JsonNode.Parse(json);

        var text = KlText.WithoutReferences.Attribute(value, null, "query", 2);

        text.ShouldBe(expected);
        Evaluate($"  query = {text}\n").ShouldBe(ValueJson.FromJson(value));
    }

    [Fact]
    public void Attribute_LongLists_GoOverSeveralLines()
    {
        var columns = new JsonArray([.. Enumerable.Range(1, 12).Select(i => (JsonNode?)$"a_column_{i}")]);

        var text = KlText.WithoutReferences.Attribute(columns, null, "columns", 2);

        text.ShouldStartWith("[\n    \"a_column_1\",\n    \"a_column_2\",\n");
        text.ShouldEndWith("    \"a_column_12\",\n  ]");
        Evaluate($"  columns = {text}\n").ShouldBe(ValueJson.FromJson(columns));
    }

    [Fact]
    public void Attribute_AnyValue_MeansTheSameWhenReadAgain()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var value = AnyValue(random, 4);
            var indent = 2 * random.Next(3);

            var text = KlText.WithoutReferences.Attribute(value, null, "query", indent);

            Evaluate($"{new string(' ', indent)}query = {text}\n").ShouldBe(ValueJson.FromJson(value), $"seed {seed}, round {round}: {text}");
        }
    }

    private static Value Evaluate(string text)
    {
        var parsed = KlParser.Parse(new SourceText("test.kl", text));
        parsed.Diagnostics.ShouldBeEmpty(text);
        var found = new DiagnosticBag();
        var value = Evaluator.Evaluate(parsed.Tree.Body.Items.OfType<AttributeSyntax>().Single().Expression, new EvaluationScope((_, _) => Resolution.Failed), found);
        found.ShouldBeEmpty(text);
        return value;
    }

    private static JsonNode? AnyValue(Random random, int depth) => random.Next(depth > 0 ? 8 : 5) switch
    {
        0 => random.Next(3) switch { 0 => null, 1 => true, _ => false },
        1 => JsonValue.Create(random.Next(2) == 0 ? random.NextInt64() : -random.Next(1000)),
        2 => JsonNode.Parse(random.NextDouble().ToString("R", System.Globalization.CultureInfo.InvariantCulture)),
        3 or 4 => AnyText(random),
        5 or 6 => new JsonArray([.. Enumerable.Range(0, random.Next(5)).Select(_ => AnyValue(random, depth - 1))]),
        _ => new JsonObject(Enumerable.Range(0, random.Next(5)).Select(_ => AnyText(random)).Distinct().Select(k => KeyValuePair.Create(k, AnyValue(random, depth - 1)))),
    };

    private static string AnyText(Random random) => string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Pieces[random.Next(Pieces.Length)]));
}
