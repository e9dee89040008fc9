using Kolumn.Language;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;

namespace Kolumn.Core.Configuration;

/// <summary>
/// Brings a value into the form its schema asks for, as far as the meaning is unambiguous, and says where it cannot: before
/// anything is sent to a provider.
/// </summary>
internal sealed class AttributeCoercion(AttributePlaces places, string address, DiagnosticList diagnostics)
{
    /// <summary>The converted value; what is wrong is reported and stays as it is.</summary>
    public Value Coerce(Value value, AttributeSchema schema, AttributePath path)
    {
        if (value.IsNull || value.IsUnknown)
        {
            return value;
        }

        var coerced = AttributeTypes.Fold(schema.Type) switch
        {
            AttributeTypes.String => ResourceValue.Is(value) ? IdOf(value) : Conversions.ToText(value) ?? Mismatch(value, "a string", path),
            AttributeTypes.Number => Conversions.ToNumber(value) ?? Mismatch(value, "a number", path),
            AttributeTypes.Int => Conversions.ToNumber(value) switch
            {
                { Kind: ValueKind.Number } number when number.AsNumber().IsInteger => number,
                _ => Mismatch(value, "a whole number", path),
            },
            AttributeTypes.Bool => Conversions.ToBool(value) ?? Mismatch(value, "true or false", path),
            AttributeTypes.List => CoerceList(value, schema, path),
            AttributeTypes.Map => CoerceMap(value, schema, path),
            AttributeTypes.Object => CoerceObject(value, schema, path),
            _ => value,
        };
        return coerced.SensitiveIf(value.IsSensitive);
    }

    /// <summary>Reports what an object must have and has not.</summary>
    public void RequireMembers(IReadOnlyDictionary<string, AttributeSchema> attributes, Func<string, bool> isGiven, AttributePath path, bool nameMayBeLabel)
    {
        foreach (var (name, schema) in attributes)
        {
            if (schema is { Required: true, Computed: false } && !isGiven(name) && !(nameMayBeLabel && name == "name"))
            {
                Report(DiagnosticCodes.MissingAttribute, path, $"Missing attribute \"{name}\"",
                    $"{(schema.Description.Length > 0 ? schema.Description.TrimEnd('.') + ". " : "")}Add {name} = {Example(schema)}.", path.Member(name));
            }
        }
    }

    public void ReportUnknown(string name, IReadOnlyDictionary<string, AttributeSchema> attributes, SourceRange place, AttributePath path)
    {
        var writable = attributes.Where(a => !a.Value.Computed).Select(a => a.Key).ToList();
        var hint = DidYouMean.Ask(name, writable);
        var detail = hint.Length > 0 ? hint.TrimStart() : $"Here one may write {string.Join(", ", writable.Take(40))}.";
        diagnostics.Add(Diagnostic.Error(DiagnosticCodes.UnknownAttribute, $"Unknown attribute \"{name}\"", detail) with
        {
            Place = SourcePlaces.Of(place),
            Address = address,
            Attribute = path.Member(name),
        });
    }

    public void Report(string code, AttributePath placeOf, string summary, string detail, AttributePath? path = null) =>
        diagnostics.Add(Diagnostic.Error(code, summary, detail) with
        {
            Place = SourcePlaces.Of(places.Find(placeOf)),
            Address = address,
            Attribute = path ?? placeOf,
        });

    /// <summary>
    /// A list as it is; an object of objects, where the elements are objects, as the list of its members with their keys as names.
    /// </summary>
    private Value CoerceList(Value value, AttributeSchema schema, AttributePath path)
    {
        if (value.Kind == ValueKind.Object && schema.Elem is not null && AttributeTypes.Fold(schema.Elem.Type) == AttributeTypes.Object
            && !ResourceValue.Is(value) && value.Members.All(m => m.Value.Kind == ValueKind.Object))
        {
            value = Value.List(value.Members.Select(m => Named(m.Key, m.Value)));
        }

        if (!value.IsSequence)
        {
            return Mismatch(value, "a list", path);
        }

        return schema.Elem is null
            ? Value.List(value.Elements)
            : Value.List(value.Elements.Select((element, i) => Coerce(element, schema.Elem, path.Element(i))));
    }

    private Value CoerceMap(Value value, AttributeSchema schema, AttributePath path)
    {
        if (value.Kind != ValueKind.Object)
        {
            return Mismatch(value, "a map", path);
        }

        return schema.Elem is null
            ? value
            : Value.Object(value.Members.Select(m => new KeyValuePair<string, Value>(m.Key, Coerce(m.Value, schema.Elem, path.Member(m.Key)))));
    }

    private Value CoerceObject(Value value, AttributeSchema schema, AttributePath path)
    {
        if (value.Kind != ValueKind.Object)
        {
            return Mismatch(value, "an object", path);
        }

        if (schema.Attributes is not { } attributes || ResourceValue.Is(value))
        {
            return value;
        }

        var members = new List<KeyValuePair<string, Value>>(value.Members.Count);
        foreach (var (name, member) in value.Members)
        {
            if (attributes.TryGetValue(name, out var memberSchema) && !memberSchema.Computed)
            {
                members.Add(new(name, Coerce(member, memberSchema, path.Member(name))));
            }
            else
            {
                ReportUnknown(name, attributes, places.Find(path.Member(name)), path);
            }
        }

        RequireMembers(attributes, name => value.TryGetMember(name, out var member) && !member.IsNull, path, nameMayBeLabel: false);
        return Value.Object(members);
    }

    private Value Mismatch(Value value, string expected, AttributePath path)
    {
        Report(DiagnosticCodes.WrongType, path, $"Wrong type for \"{path}\"", $"It takes {expected}; this is {value.Describe()}.");
        return value;
    }

    private static Value IdOf(Value resource) => resource.TryGetMember("id", out var id) ? id : Value.Unknown;

    private static Value Named(string name, Value value) => value.TryGetMember("name", out _)
        ? value
        : Value.Object([new("name", Value.Of(name)), .. value.Members]).WithSensitive(value.IsSensitive);

    private static string Example(AttributeSchema schema) => AttributeTypes.Fold(schema.Type) switch
    {
        AttributeTypes.String => "\"…\"",
        AttributeTypes.Bool => "true or false",
        AttributeTypes.List => "[ … ]",
        AttributeTypes.Map or AttributeTypes.Object => "{ … }",
        _ => "…",
    };
}
