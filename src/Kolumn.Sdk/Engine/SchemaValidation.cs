using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// Checks what a user wrote against an <see cref="ObjectType"/> and reports everything at once: unknown, missing and computed
/// attributes, wrong types down to list elements and object members, and the validators of specification section 7.3.
/// </summary>
internal sealed class SchemaValidation
{
    private readonly ValidatorChecks _validators = new();

    /// <param name="unknownIsError">false for a provider block, where an unknown attribute is a warning only.</param>
    /// <param name="address">Written into each diagnostic; null for a provider block.</param>
    public IReadOnlyList<Diagnostic> Check(JsonObject config, ObjectType schema, bool unknownIsError, string? address)
    {
        var run = new Run(_validators, unknownIsError, address);
        run.Members(config, schema.Attributes, AttributePath.Root);
        return run.Diagnostics;
    }

    private sealed class Run(ValidatorChecks validators, bool unknownIsError, string? address)
    {
        private readonly List<Diagnostic> _diagnostics = [];

        public IReadOnlyList<Diagnostic> Diagnostics => _diagnostics;

        public void Members(JsonObject value, IReadOnlyDictionary<string, AttributeSchema> attributes, AttributePath path)
        {
            foreach (var (name, member) in value)
            {
                if (!attributes.TryGetValue(name, out var schema))
                {
                    Unknown(name, attributes, path);
                }
                else if (member is null)
                {
                    // null is how several languages spell an absent member.
                }
                else if (schema.Computed)
                {
                    Error(DiagnosticCodes.InvalidValue, path.Member(name), $"\"{name}\" is filled in by the provider", "Remove it.");
                }
                else
                {
                    Value(member, schema, path.Member(name));
                }
            }

            foreach (var (name, schema) in attributes)
            {
                if (schema is { Required: true, Computed: false, Default: null } && value[name] is null)
                {
                    Error(DiagnosticCodes.MissingAttribute, path.Member(name), $"\"{name}\" is required", Describe(schema));
                }
            }
        }

        private void Value(JsonNode value, AttributeSchema schema, AttributePath path)
        {
            if (schema.Deprecated is { } instead)
            {
                _diagnostics.Add(Diagnostic.Warning("DEPRECATED_ATTRIBUTE", $"\"{path}\" is deprecated", instead) with { Attribute = path, Address = address });
            }

            var type = AttributeTypes.Fold(schema.Type);
            if (!IsOf(value, type))
            {
                Error(DiagnosticCodes.WrongType, path, $"a value of type {type} is expected, this is {NameOf(value)}", Describe(schema));
                return;
            }

            foreach (var validator in schema.Validators ?? [])
            {
                if (validators.FaultOf(value, validator) is { } fault)
                {
                    Error(DiagnosticCodes.InvalidValue, path, fault.Summary, fault.Detail);
                }
            }

            switch (value)
            {
                case JsonArray elements when type == AttributeTypes.List && schema.Elem is { } element:
                    for (var index = 0; index < elements.Count; index++)
                    {
                        Element(elements[index], element, path.Element(index));
                    }

                    break;
                case JsonObject members when type == AttributeTypes.Map && schema.Elem is { } element:
                    foreach (var (name, member) in members)
                    {
                        Element(member, element, path.Member(name));
                    }

                    break;
                case JsonObject members when type == AttributeTypes.Object && schema.Attributes is { } attributes:
                    Members(members, attributes, path);
                    break;
            }
        }

        private void Element(JsonNode? value, AttributeSchema schema, AttributePath path)
        {
            if (value is null)
            {
                Error(DiagnosticCodes.WrongType, path, $"a value of type {AttributeTypes.Fold(schema.Type)} is expected, this is null", Describe(schema));
                return;
            }

            Value(value, schema, path);
        }

        private void Unknown(string name, IReadOnlyDictionary<string, AttributeSchema> attributes, AttributePath path)
        {
            var known = attributes.Where(a => !a.Value.Computed).Select(a => a.Key).Order(StringComparer.Ordinal).ToList();
            var detail = NearestName.Among(known, name) is { } meant ? $"Did you mean \"{meant}\"?"
                : known.Count == 0 ? "It has no attributes."
                : $"Known attributes: {string.Join(", ", known)}.";
            var severity = unknownIsError ? Severity.Error : Severity.Warning;
            Add(severity, DiagnosticCodes.UnknownAttribute, path.Member(name), $"there is no attribute \"{name}\"", detail);
        }

        private void Error(string code, AttributePath path, string summary, string? detail) => Add(Severity.Error, code, path, summary, detail);

        private void Add(Severity severity, string code, AttributePath path, string summary, string? detail) =>
            _diagnostics.Add(new Diagnostic { Severity = severity, Code = code, Summary = summary, Detail = detail, Attribute = path, Address = address });

        private static string? Describe(AttributeSchema schema) => schema.Description.Length == 0 ? null : schema.Description;
    }

    /// <summary>Whether a value is of a folded attribute type. <c>1500.0</c> is an int: free maps of other languages know doubles only.</summary>
    public static bool IsOf(JsonNode value, string type) => (type, value.GetValueKind()) switch
    {
        (AttributeTypes.Any, _) => true,
        (AttributeTypes.String, JsonValueKind.String) => true,
        (AttributeTypes.Number, JsonValueKind.Number) => true,
        (AttributeTypes.Int, JsonValueKind.Number) => decimal.TryParse(
            value.ToJsonString(), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number)
            && decimal.IsInteger(number),
        (AttributeTypes.Bool, JsonValueKind.True or JsonValueKind.False) => true,
        (AttributeTypes.List, JsonValueKind.Array) => true,
        (AttributeTypes.Map or AttributeTypes.Object, JsonValueKind.Object) => true,
        _ => false,
    };

    private static string NameOf(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a bool",
        JsonValueKind.Array => "a list",
        _ => "an object",
    };
}
