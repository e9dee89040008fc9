using Kolumn.Language;
using Kolumn.Language.Syntax;

namespace Kolumn.Core.Configuration;

/// <summary>
/// The values of the variables: whichever source names a variable last, in this order, decides.
/// <list type="number">
/// <item>The declaration's default.</item>
/// <item>variables.klvars, *.auto.klvars in alphabetical order, kolumn.klvars.</item>
/// <item>Files named on the command line, in their order.</item>
/// <item>The environment: TF_VAR_x, KOL_VAR_x, KOLUMN_VAR_x.</item>
/// <item>Values on the command line, in their order.</item>
/// </list>
/// Then each is converted to its type, checked against null and its validations, and marked when it is sensitive.
/// </summary>
internal sealed class VariableValues
{
    private static readonly string[] EnvironmentPrefixes = ["TF_VAR_", "KOL_VAR_", "KOLUMN_VAR_"];

    private static readonly string[] KnownAttributes = ["type", "default", "description", "sensitive", "nullable"];

    private readonly ProjectSyntax _project;
    private readonly ProjectOptions _options;
    private readonly DiagnosticList _diagnostics;
    private readonly EvaluationScope _fileScope;
    private readonly Dictionary<string, Given> _given = new(StringComparer.Ordinal);

    private VariableValues(ProjectSyntax project, ProjectOptions options, DiagnosticList diagnostics)
    {
        _project = project;
        _options = options;
        _diagnostics = diagnostics;
        _fileScope = new EvaluationScope((reference, found) => reference.Root == "env"
            ? EnvironmentNames.Resolve(reference, options.Environment, found)
            : Resolution.NotFound(["env"]));
    }

    /// <summary>Every declared variable has a value, unknown where a mistake was reported.</summary>
    public static IReadOnlyDictionary<string, Value> Gather(
        ProjectSyntax project, IReadOnlyList<string> automaticFiles, ProjectOptions options, IReadOnlyDictionary<string, Value>? fixedValues, DiagnosticList diagnostics)
    {
        var values = new VariableValues(project, options, diagnostics);
        foreach (var file in automaticFiles.Concat(options.VariableFiles))
        {
            values.ReadFile(file);
        }

        values.ReadEnvironment();
        values.ReadCommandLine();
        foreach (var (name, value) in fixedValues ?? new Dictionary<string, Value>())
        {
            values._given[name] = new Given(value, default);
        }

        var result = project.Variables.Values.ToDictionary(v => v.Name, values.Decide, StringComparer.Ordinal);
        values.Validate(result);
        return result;
    }

    private void ReadFile(string path)
    {
        if (ProjectFiles.Parse(path, _diagnostics) is not { } file)
        {
            return;
        }

        foreach (var block in file.Body.Blocks)
        {
            _diagnostics.Error(CoreCodes.InvalidBlock, block.HeaderRange, "Block in a file of values", "A .klvars file holds lines name = value. Blocks belong into .kl files.");
        }

        foreach (var attribute in file.Body.Attributes)
        {
            if (!_project.Variables.ContainsKey(attribute.Name))
            {
                _diagnostics.Warning(
                    CoreCodes.UndeclaredVariable, attribute.NameRange, $"There is no variable \"{attribute.Name}\"",
                    $"Its value is not used.{DidYouMean.Ask(attribute.Name, _project.Variables.Keys)} Declare it with variable \"{attribute.Name}\" {{ }}, or remove the line.");
                continue;
            }

            var found = new DiagnosticBag();
            _given[attribute.Name] = new Given(Evaluator.Evaluate(attribute.Expression, _fileScope, found), attribute.Expression.Range);
            _diagnostics.AddRange(found);
        }
    }

    private void ReadEnvironment()
    {
        foreach (var prefix in EnvironmentPrefixes)
        {
            foreach (var variable in _project.Variables.Values)
            {
                if (_options.Environment.TryGetValue(prefix + variable.Name, out var text))
                {
                    _given[variable.Name] = FromText(variable, prefix + variable.Name, text);
                }
            }
        }
    }

    private void ReadCommandLine()
    {
        foreach (var (name, text) in _options.Variables)
        {
            if (_project.Variables.TryGetValue(name, out var variable))
            {
                _given[name] = FromText(variable, $"-var {name}", text);
            }
            else
            {
                _diagnostics.Error(
                    CoreCodes.UndeclaredVariable, $"There is no variable \"{name}\"",
                    $"-var gives it a value, but the configuration does not declare it.{DidYouMean.Ask(name, _project.Variables.Keys)}");
            }
        }
    }

    /// <summary>For a variable of type string the text itself; for other types an expression.</summary>
    private Given FromText(VariableBlock variable, string origin, string text)
    {
        var source = new SourceText(origin, text);
        var place = source.RangeOf(0, text.Length);
        if (TypeOf(variable, new DiagnosticBag()) is null or AnyType or PrimitiveType { Kind: ValueKind.String })
        {
            return new Given(Value.Of(text), place);
        }

        var parsed = KlParser.ParseExpression(source);
        var found = new DiagnosticBag();
        found.AddRange(parsed.Diagnostics);
        var value = parsed.HasErrors ? Value.Unknown : Evaluator.Evaluate(parsed.Tree, EvaluationScope.Empty, found);

        // A sensitive value may not be quoted by the diagnostic that says what is wrong with it.
        _diagnostics.AddRange(IsTrue(variable, "sensitive")
            ? found.Select(d => d.ToDiagnostic() with { Place = null, Detail = $"The value of {origin} is not an expression of the variable's type." })
            : found.Select(SourcePlaces.ToDiagnostic));
        return new Given(value, place);
    }

    private Value Decide(VariableBlock variable)
    {
        CheckBody(variable);
        var found = new DiagnosticBag();
        var type = TypeOf(variable, found);
        var fallback = variable.Syntax.Body.Attribute("default");
        var isSensitive = IsTrue(variable, "sensitive");
        if (!_given.TryGetValue(variable.Name, out var given))
        {
            if (fallback is null)
            {
                _diagnostics.Error(
                    CoreCodes.MissingVariable, variable.Syntax.HeaderRange, $"No value for variable \"{variable.Name}\"",
                    $"{Description(variable)}Give it with -var {variable.Name}=…, in the environment as KOLUMN_VAR_{variable.Name}, in kolumn.klvars, or give the variable a default.");
                return Value.Unknown;
            }

            given = new Given(Evaluator.Evaluate(fallback.Expression, EvaluationScope.Empty, found), fallback.Expression.Range);
        }
        else if (given.Value.IsNull && !IsNullable(variable))
        {
            if (fallback is null)
            {
                found.Error(CoreCodes.InvalidVariable, given.Place, "No value", $"\"{variable.Name}\" has nullable = false, so it cannot be null.");
            }
            else
            {
                given = new Given(Evaluator.Evaluate(fallback.Expression, EvaluationScope.Empty, found), fallback.Expression.Range);
            }
        }

        var value = type is null
            ? Value.Unknown
            : TypeConversion.Convert(given.Value, type, $"var.{variable.Name}", given.Place.Source is null ? variable.Syntax.HeaderRange : given.Place, found) ?? Value.Unknown;
        _diagnostics.AddRange(isSensitive ? found.Select(d => d.ToDiagnostic() with { Place = SourcePlaces.Of(variable.Syntax.HeaderRange) }) : found.Select(SourcePlaces.ToDiagnostic));
        return value.SensitiveIf(isSensitive);
    }

    /// <summary>Once all values are there: a condition may look at any of them.</summary>
    private void Validate(IReadOnlyDictionary<string, Value> values)
    {
        var scope = new EvaluationScope((reference, found) => reference.Root == "var" && reference.Name(0) is { } name && values.TryGetValue(name, out var value)
            ? Resolution.Found(value, 1)
            : Resolution.NotFound(["var"]));
        foreach (var variable in _project.Variables.Values)
        {
            foreach (var validation in variable.Syntax.Body.BlocksOf("validation"))
            {
                var condition = validation.Body.Attribute("condition");
                if (condition is null || validation.Body.Attribute("error_message") is not { } message)
                {
                    _diagnostics.Error(CoreCodes.InvalidBlock, validation.HeaderRange, "Incomplete validation", "It takes condition = … and error_message = \"…\".");
                    continue;
                }

                var found = new DiagnosticBag();
                var holds = Conversions.ToBool(Evaluator.Evaluate(condition.Expression, scope, found));
                if (holds is null || holds.IsNull)
                {
                    found.Error(LanguageCodes.InvalidCondition, condition.Expression.Range, "Not a condition", "The condition of a validation is true or false.");
                }
                else if (holds.Kind == ValueKind.Bool && !holds.AsBool())
                {
                    var text = Conversions.ToText(Evaluator.Evaluate(message.Expression, scope, found));
                    found.Error(
                        CoreCodes.InvalidVariable, condition.Expression.Range, $"Invalid value for variable \"{variable.Name}\"",
                        text is { Kind: ValueKind.String, IsSensitive: false } ? text.AsString() : "The value does not meet the condition.");
                }

                _diagnostics.AddRange(found);
            }
        }
    }

    private void CheckBody(VariableBlock variable)
    {
        foreach (var attribute in variable.Syntax.Body.Attributes.Where(a => !KnownAttributes.Contains(a.Name)))
        {
            _diagnostics.Error(
                Protocol.DiagnosticCodes.UnknownAttribute, attribute.NameRange, $"Unknown attribute \"{attribute.Name}\"",
                $"A variable has {string.Join(", ", KnownAttributes)} and validation blocks.{DidYouMean.Ask(attribute.Name, KnownAttributes)}");
        }

        foreach (var block in variable.Syntax.Body.Blocks.Where(b => b.Type != "validation"))
        {
            _diagnostics.Error(CoreCodes.UnknownBlock, block.HeaderRange, $"Unknown block \"{block.Type}\"", "A variable holds validation blocks only.");
        }
    }

    private static TypeConstraint? TypeOf(VariableBlock variable, DiagnosticBag found) =>
        variable.Syntax.Body.Attribute("type") is { } type ? TypeConstraint.Parse(type.Expression, found) : TypeConstraint.Any;

    private static bool IsTrue(VariableBlock variable, string attribute) =>
        variable.Syntax.Body.Attribute(attribute)?.Expression is LiteralExpression { Value.Kind: ValueKind.Bool } literal && literal.Value.AsBool();

    private static bool IsNullable(VariableBlock variable) => variable.Syntax.Body.Attribute("nullable") is null || IsTrue(variable, "nullable");

    private static string Description(VariableBlock variable) =>
        variable.Syntax.Body.Attribute("description")?.Expression is LiteralExpression { Value.Kind: ValueKind.String } text && text.Value.AsString().Length > 0
            ? text.Value.AsString().TrimEnd('.') + ". "
            : "";

    private readonly record struct Given(Value Value, SourceRange Place);
}
