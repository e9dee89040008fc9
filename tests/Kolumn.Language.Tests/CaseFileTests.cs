using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Language.Syntax;

namespace Kolumn.Language.Tests;

/// <summary>
/// Runs every cases/**/*.kl and compares with the .json beside it. In a case, attributes of a block <c>given</c> are names that the
/// others can refer to; <c>unknown</c> is a value known after apply and <c>secret</c> a sensitive string. The JSON holds
/// <c>diagnostics</c> (severity, code, line:column-line:column, summary), <c>values</c> of attributes and <c>blocks</c>, all in order;
/// an unknown value is {"$unknown": true}, a sensitive one {"$sensitive": value}, a set {"$set": [...]}.
/// With KOLUMN_ACCEPT_CASES=1 in the environment the JSON is written instead: read the difference before committing it.
/// </summary>
public sealed class CaseFileTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Folder => Path.Combine(TestPaths.RepositoryRoot, "tests", "Kolumn.Language.Tests", "cases");

    public static TheoryData<string> Cases => [.. Directory.EnumerateFiles(Folder, "*.kl", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(Folder, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Case_AsWritten_GivesTheExpectedValuesAndDiagnostics(string name)
    {
        var file = Path.Combine(Folder, name);
        var actual = Run(File.ReadAllText(file)).ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";
        var expectedFile = Path.ChangeExtension(file, ".json");
        if (Environment.GetEnvironmentVariable("KOLUMN_ACCEPT_CASES") == "1")
        {
            File.WriteAllText(expectedFile, actual);
        }

        actual.ShouldBe(File.ReadAllText(expectedFile).ReplaceLineEndings("\n"));
    }

    private static JsonObject Run(string text)
    {
        var parsed = KlParser.Parse(new SourceText("case.kl", text));
        var diagnostics = new DiagnosticBag();
        diagnostics.AddRange(parsed.Diagnostics);
        var names = new Dictionary<string, Value>
        {
            ["unknown"] = Value.Unknown,
            ["secret"] = Value.Of("s3cret").WithSensitive(true),
        };
        foreach (var attribute in parsed.Tree.Body.BlocksOf("given").SelectMany(b => b.Body.Attributes))
        {
            names[attribute.Name] = Evaluator.Evaluate(attribute.Expression, EvaluationScope.Of(names), diagnostics);
        }

        var body = Write(parsed.Tree.Body, EvaluationScope.Of(names), diagnostics);
        var result = new JsonObject { ["diagnostics"] = new JsonArray([.. diagnostics.InSourceOrder().Select(d => (JsonNode)Write(d))]) };
        foreach (var (key, value) in body.ToList())
        {
            body.Remove(key);
            result[key] = value;
        }

        return result;
    }

    private static string Write(LanguageDiagnostic d) =>
        $"{(d.Severity == LanguageSeverity.Error ? "error" : "warning")} {d.Code} {d.Subject.StartLine}:{d.Subject.StartColumn}-{d.Subject.EndLine}:{d.Subject.EndColumn} {d.Summary}";

    private static JsonObject Write(Body body, EvaluationScope scope, DiagnosticBag diagnostics)
    {
        var values = new JsonObject();
        foreach (var attribute in body.Attributes)
        {
            values[attribute.Name] = Write(Evaluator.Evaluate(attribute.Expression, scope, diagnostics));
        }

        var blocks = body.Blocks.Where(b => b.Type != "given").Select(b =>
        {
            var block = new JsonObject { ["block"] = string.Join(' ', b.Labels.Select(l => l.IsQuoted ? ValueText.Quote(l.Text) : l.Text).Prepend(b.Type)) };
            foreach (var (key, value) in Write(b.Body, scope, diagnostics).ToList())
            {
                block[key] = value?.DeepClone();
            }

            return (JsonNode)block;
        }).ToArray();
        var result = new JsonObject { ["values"] = values };
        if (blocks.Length > 0)
        {
            result["blocks"] = new JsonArray(blocks);
        }

        return result;
    }

    private static JsonNode? Write(Value value) => value switch
    {
        { IsSensitive: true } => new JsonObject { ["$sensitive"] = Write(value.WithSensitive(false)) },
        { IsUnknown: true } => new JsonObject { ["$unknown"] = true },
        { Kind: ValueKind.Set } => new JsonObject { ["$set"] = new JsonArray([.. value.Elements.Select(Write)]) },
        { Kind: ValueKind.List } => new JsonArray([.. value.Elements.Select(Write)]),
        { Kind: ValueKind.Object } => new JsonObject(value.Members.Select(m => new KeyValuePair<string, JsonNode?>(m.Key, Write(m.Value)))),
        _ => ValueJson.ToJson(value),
    };
}
