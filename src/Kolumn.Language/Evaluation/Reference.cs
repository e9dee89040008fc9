using System.Collections.Immutable;

namespace Kolumn.Language;

/// <summary>
/// What an expression refers to as far as the text alone says it: <c>postgres_table.users.columns["id"]</c>. It ends before the first
/// step that has to be computed, and before a splat.
/// </summary>
/// <param name="Root">The first name.</param>
/// <param name="RootRange">Where that name stands.</param>
/// <param name="Steps">The names and constant keys after it.</param>
/// <param name="IsWhole">The expression has no further steps than these.</param>
public sealed record Reference(string Root, SourceRange RootRange, ImmutableArray<ReferenceStep> Steps, bool IsWhole)
{
    /// <summary>Root and steps.</summary>
    public SourceRange Range => RangeOf(Steps.Length);

    /// <summary>The name at the place after the root, or null when there is none or it is a number.</summary>
    public string? Name(int step) => step < Steps.Length ? Steps[step].Name : null;

    /// <summary>The range of the root and so many steps.</summary>
    public SourceRange RangeOf(int steps) => steps == 0 ? RootRange : RootRange.To(Steps[steps - 1].Range);

    /// <summary>As it would be written: <c>var.tables[0].name</c>.</summary>
    public override string ToString() => Root + string.Concat(Steps.Select(
        s => s.Name is { } name && Identifiers.IsValid(name) ? $".{name}" : $"[{s.Key}]"));
}

/// <summary>A constant step of a reference.</summary>
/// <param name="Key">A string for <c>.name</c> and <c>["name"]</c>, a number for <c>[0]</c>.</param>
/// <param name="Range">With the point or the brackets.</param>
public sealed record ReferenceStep(Value Key, SourceRange Range)
{
    public string? Name => Key.Kind == ValueKind.String ? Key.AsString() : null;
}
