using System.Collections.Immutable;
using Kolumn.Language.Internal;
using Kolumn.Language.Syntax;

namespace Kolumn.Language;

/// <summary>What a variable accepts, e.g. <c>list(object({ name = string, size = optional(number, 1) }))</c>.</summary>
public abstract record TypeConstraint
{
    private protected TypeConstraint()
    {
    }

    public static TypeConstraint Any { get; } = new AnyType();

    public static TypeConstraint String { get; } = new PrimitiveType(ValueKind.String);

    public static TypeConstraint Number { get; } = new PrimitiveType(ValueKind.Number);

    public static TypeConstraint Bool { get; } = new PrimitiveType(ValueKind.Bool);

    /// <summary>
    /// Reads a type from the expression it is written as: string, number, bool, any, list(T), set(T), map(T), tuple([T, …]) and
    /// object({ name = T, other = optional(T, default) }), or one of these in quotes as older texts have it. Null when it is something
    /// else; that is reported.
    /// </summary>
    public static TypeConstraint? Parse(Expression expression, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(expression);
        ArgumentNullException.ThrowIfNull(diagnostics);
        return new TypeReader(diagnostics).Read(expression);
    }
}

/// <summary>Everything is accepted as it is.</summary>
public sealed record AnyType : TypeConstraint
{
    public override string ToString() => "any";
}

/// <summary>string, number or bool.</summary>
public sealed record PrimitiveType(ValueKind Kind) : TypeConstraint
{
    public override string ToString() => Kind switch
    {
        ValueKind.String => "string",
        ValueKind.Number => "number",
        _ => "bool",
    };
}

/// <summary>list(T) or set(T).</summary>
public sealed record SequenceType(bool IsSet, TypeConstraint Element) : TypeConstraint
{
    public override string ToString() => $"{(IsSet ? "set" : "list")}({Element})";
}

/// <summary>map(T): an object whose members are all of one type.</summary>
public sealed record MapType(TypeConstraint Element) : TypeConstraint
{
    public override string ToString() => $"map({Element})";
}

/// <summary>tuple([T, …]): a list of exactly these elements.</summary>
public sealed record TupleType(ImmutableArray<TypeConstraint> Elements) : TypeConstraint
{
    public override string ToString() => $"tuple([{string.Join(", ", Elements)}])";
}

/// <summary>object({ … }).</summary>
public sealed record ObjectType(ImmutableArray<ObjectMemberType> Attributes) : TypeConstraint
{
    public override string ToString() => $"object({{{string.Join(", ", Attributes)}}})";
}

/// <summary>An attribute of an object type.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it accepts.</param>
/// <param name="IsOptional">It may be left out; then it has the default.</param>
/// <param name="Default">Null unless the type says otherwise.</param>
public sealed record ObjectMemberType(string Name, TypeConstraint Type, bool IsOptional, Value Default)
{
    public override string ToString() => !IsOptional ? $"{Name}={Type}"
        : Default.IsNull ? $"{Name}=optional({Type})"
        : $"{Name}=optional({Type}, {Default})";
}
