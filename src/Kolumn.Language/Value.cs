using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Kolumn.Language;

/// <summary>
/// An immutable value of the language. Objects keep the order of declaration, because the order of columns means something;
/// equality is by structure and ignores that order, the order of sets and the sensitive mark.
/// Values are at most <see cref="MaxDepth"/> deep when they come from an evaluation.
/// </summary>
public sealed class Value : IEquatable<Value>
{
    /// <summary>How deep collections may be nested in each other.</summary>
    public const int MaxDepth = 512;

    private const long MaxWeight = 1L << 40;

    private static readonly OrderedDictionary<string, Value> NoMembers = new(StringComparer.Ordinal);

    private readonly object? _content;

    private Value(ValueKind kind, object? content, bool isSensitive)
    {
        Kind = kind;
        _content = content;
        IsSensitive = isSensitive;
        ContainsSensitive = isSensitive;
        ContainsUnknown = kind == ValueKind.Unknown;
        IEnumerable<Value> children = kind switch
        {
            ValueKind.List or ValueKind.Set => Elements,
            ValueKind.Object => MembersByName.Values,
            _ => [],
        };
        foreach (var child in children)
        {
            ContainsSensitive |= child.ContainsSensitive;
            ContainsUnknown |= child.ContainsUnknown;
            Depth = Math.Max(Depth, child.Depth + 1);
            Weight = Math.Min(Weight + child.Weight, MaxWeight);
        }

        Weight += 1 + (content is string text ? text.Length / 16 : 0);
    }

    public static Value Null { get; } = new(ValueKind.Null, null, false);

    public static Value True { get; } = new(ValueKind.Bool, true, false);

    public static Value False { get; } = new(ValueKind.Bool, false, false);

    public static Value Unknown { get; } = new(ValueKind.Unknown, null, false);

    public static Value EmptyList { get; } = new(ValueKind.List, ImmutableArray<Value>.Empty, false);

    public static Value EmptyObject { get; } = new(ValueKind.Object, NoMembers, false);

    public ValueKind Kind { get; }

    /// <summary>Not to be shown. What is computed from a sensitive value is sensitive too.</summary>
    public bool IsSensitive { get; }

    /// <summary>The value or something within it is sensitive.</summary>
    public bool ContainsSensitive { get; }

    /// <summary>The value or something within it is known only after apply.</summary>
    public bool ContainsUnknown { get; }

    /// <summary>How many levels of collections are within; 0 for what has no elements.</summary>
    public int Depth { get; }

    public bool IsNull => Kind == ValueKind.Null;

    public bool IsUnknown => Kind == ValueKind.Unknown;

    /// <summary>
    /// How many values this one holds, itself included and one more for every 16 characters of text; a value that occurs several times
    /// counts as often.
    /// </summary>
    public long Weight { get; }

    /// <summary>A list or a set.</summary>
    public bool IsSequence => Kind is ValueKind.List or ValueKind.Set;

    /// <summary>The elements of a list or set; empty for everything else.</summary>
    public ImmutableArray<Value> Elements => IsSequence ? (ImmutableArray<Value>)_content! : [];

    /// <summary>The members of an object in order of declaration; empty for everything else.</summary>
    public IReadOnlyList<KeyValuePair<string, Value>> Members => MembersByName;

    private OrderedDictionary<string, Value> MembersByName =>
        Kind == ValueKind.Object ? (OrderedDictionary<string, Value>)_content! : NoMembers;

    public static Value Of(bool value) => value ? True : False;

    public static Value Of(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new Value(ValueKind.String, value, false);
    }

    public static Value Of(Number value) => new(ValueKind.Number, value, false);

    public static Value Of(long value) => Of(Number.From(value));

    public static Value Of(decimal value) => Of(Number.From(value));

    public static Value List(IEnumerable<Value> elements) => new(ValueKind.List, elements.ToImmutableArray(), false);

    public static Value List(params ReadOnlySpan<Value> elements) => new(ValueKind.List, elements.ToImmutableArray(), false);

    /// <summary>The distinct values among those given, in the order in which each came first.</summary>
    public static Value Set(IEnumerable<Value> elements) => new(ValueKind.Set, elements.Distinct().ToImmutableArray(), false);

    /// <summary>An object of these members in this order; the last one of equal names wins, at the place of the first.</summary>
    public static Value Object(IEnumerable<KeyValuePair<string, Value>> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        var content = new OrderedDictionary<string, Value>(StringComparer.Ordinal);
        foreach (var (name, value) in members)
        {
            content[name] = value;
        }

        return new Value(ValueKind.Object, content, false);
    }

    public static Value Object(params ReadOnlySpan<(string Name, Value Value)> members)
    {
        var content = new OrderedDictionary<string, Value>(StringComparer.Ordinal);
        foreach (var (name, value) in members)
        {
            content[name] = value;
        }

        return new Value(ValueKind.Object, content, false);
    }

    /// <summary>The same value, marked or not.</summary>
    public Value WithSensitive(bool isSensitive) =>
        isSensitive == IsSensitive ? this : new Value(Kind, _content, isSensitive);

    /// <summary>The same value, marked when it is already or when the other thing it was computed from is.</summary>
    public Value SensitiveIf(bool isSensitive) => WithSensitive(IsSensitive || isSensitive);

    /// <exception cref="InvalidOperationException">The value is not of kind Bool.</exception>
    public bool AsBool() => Kind == ValueKind.Bool ? (bool)_content! : throw Mismatch(ValueKind.Bool);

    /// <exception cref="InvalidOperationException">The value is not of kind Number.</exception>
    public Number AsNumber() => Kind == ValueKind.Number ? (Number)_content! : throw Mismatch(ValueKind.Number);

    /// <exception cref="InvalidOperationException">The value is not of kind String.</exception>
    public string AsString() => Kind == ValueKind.String ? (string)_content! : throw Mismatch(ValueKind.String);

    /// <summary>Looks a member of an object up; false for everything that is no object.</summary>
    public bool TryGetMember(string name, [NotNullWhen(true)] out Value? value) => MembersByName.TryGetValue(name, out value);

    /// <summary>The object with one member set: replaced in place or added at the end.</summary>
    public Value With(string name, Value value) =>
        Object([.. Members, new KeyValuePair<string, Value>(name, value)]).WithSensitive(IsSensitive);

    /// <summary>The word for the kind that diagnostics use, with its article: "a string".</summary>
    public string Describe() => Kind switch
    {
        ValueKind.Null => "null",
        ValueKind.Bool => "a bool",
        ValueKind.Number => "a number",
        ValueKind.String => "a string",
        ValueKind.List => "a list",
        ValueKind.Set => "a set",
        ValueKind.Object => "an object",
        _ => "a value known after apply",
    };

    public bool Equals(Value? other) => other is not null && (ReferenceEquals(this, other) || (Kind == other.Kind && ContentEquals(other)));

    public override bool Equals(object? obj) => Equals(obj as Value);

    public override int GetHashCode()
    {
        switch (Kind)
        {
            case ValueKind.List:
                var hash = new HashCode();
                foreach (var element in Elements)
                {
                    hash.Add(element);
                }

                return hash.ToHashCode();
            case ValueKind.Set:
                return Elements.Aggregate(Elements.Length, (sum, element) => sum ^ element.GetHashCode());
            case ValueKind.Object:
                return Members.Aggregate(Members.Count, (sum, member) => sum ^ HashCode.Combine(member.Key, member.Value));
            default:
                return HashCode.Combine(Kind, _content);
        }
    }

    /// <summary>The value as it would be written in configuration, for messages and logs; sensitive parts are not shown.</summary>
    public override string ToString() => ValueText.Write(this);

    private bool ContentEquals(Value other) => Kind switch
    {
        ValueKind.List => Elements.SequenceEqual(other.Elements),
        ValueKind.Set => Elements.Length == other.Elements.Length && new HashSet<Value>(Elements).SetEquals(other.Elements),
        ValueKind.Object => MembersByName.Count == other.MembersByName.Count
            && MembersByName.All(m => other.MembersByName.TryGetValue(m.Key, out var value) && m.Value.Equals(value)),
        _ => Equals(_content, other._content),
    };

    private InvalidOperationException Mismatch(ValueKind wanted) => new($"The value is {Describe()}, not of kind {wanted}.");
}
