using Kolumn.Language;
using Kolumn.Language.Syntax;
using Kolumn.Protocol;

namespace Kolumn.Core.Configuration;

/// <summary>
/// Where in the text a resource's values stand, as a tree of the shape of its configuration. What an expression computes stands
/// where the expression does; into literal lists and objects the way is followed further.
/// </summary>
internal sealed class AttributePlaces(SourceRange range, Expression? expression = null)
{
    private Dictionary<string, AttributePlaces>? _members;
    private List<AttributePlaces>? _elements;

    public SourceRange Range { get; } = range;

    public AttributePlaces AddMember(string name, AttributePlaces place)
    {
        _members ??= new Dictionary<string, AttributePlaces>(StringComparer.Ordinal);
        return _members.TryAdd(name, place) ? place : _members[name];
    }

    public void AddElement(AttributePlaces place) => (_elements ??= []).Add(place);

    /// <summary>The place of the value, or of the nearest thing around it that has one.</summary>
    public SourceRange Find(AttributePath path)
    {
        var place = this;
        for (var i = 0; i < path.Steps.Count; i++)
        {
            if (place.Step(path.Steps[i]) is not { } next)
            {
                return place.Descend(path.Steps.Skip(i));
            }

            place = next;
        }

        return place.Range;
    }

    private AttributePlaces? Step(object step) => step switch
    {
        string name => _members?.GetValueOrDefault(name),
        int index => _elements is not null && index < _elements.Count ? _elements[index] : null,
        _ => null,
    };

    private SourceRange Descend(IEnumerable<object> steps)
    {
        if (expression is null)
        {
            return Range;
        }

        var inner = expression;
        foreach (var step in steps)
        {
            var next = (inner, step) switch
            {
                (TupleExpression list, int index) when index < list.Elements.Length => list.Elements[index],
                (ObjectExpression members, int index) when index < members.Items.Length => members.Items[index].Value,
                (ObjectExpression members, string name) => members.Items.FirstOrDefault(i => KeyOf(i) == name)?.Value,
                _ => null,
            };
            if (next is null)
            {
                break;
            }

            inner = next;
        }

        return inner == expression ? Range : inner.Range;
    }

    private static string? KeyOf(ObjectItem item) =>
        item.Key is LiteralExpression { Value.Kind: ValueKind.String } key ? key.Value.AsString() : null;
}
