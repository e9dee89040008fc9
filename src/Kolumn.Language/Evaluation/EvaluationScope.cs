using System.Diagnostics.CodeAnalysis;

namespace Kolumn.Language;

/// <summary>
/// Finds what a reference stands for. Called for every name that is not the variable of a for expression, with the constant steps
/// after it, so that <c>local.a</c> can be answered without knowing every other local.
/// </summary>
/// <param name="reference">What the text refers to.</param>
/// <param name="diagnostics">Where to say why it cannot be found, when <see cref="Resolution.Failed"/> is answered.</param>
public delegate Resolution ReferenceResolver(Reference reference, DiagnosticBag diagnostics);

/// <summary>The answer of a <see cref="ReferenceResolver"/>.</summary>
public sealed class Resolution
{
    private Resolution(Value? value, int steps, IReadOnlyCollection<string> candidates, bool isReported)
    {
        Value = value;
        Steps = steps;
        Candidates = candidates;
        IsReported = isReported;
    }

    /// <summary>Nothing was found and the diagnostics say why. The expression evaluates to unknown.</summary>
    public static Resolution Failed { get; } = new(null, 0, [], isReported: true);

    internal Value? Value { get; }

    internal int Steps { get; }

    internal IReadOnlyCollection<string> Candidates { get; }

    internal bool IsReported { get; }

    /// <summary>The value of the root and of so many steps after it; further steps go into the value.</summary>
    public static Resolution Found(Value value, int steps = 0) => new(value, steps, [], isReported: false);

    /// <summary>There is no such root; the evaluator says so and suggests the nearest of the names that exist.</summary>
    public static Resolution NotFound(IEnumerable<string> names) => new(null, 0, [.. names], isReported: false);
}

/// <summary>Everything an expression can see: names, functions and the clock. Immutable.</summary>
public sealed class EvaluationScope
{
    private readonly ReferenceResolver _resolve;
    private readonly Local? _local;

    /// <param name="resolve">What names mean.</param>
    /// <param name="functions">What functions exist; <see cref="FunctionTable.Standard"/> unless told.</param>
    /// <param name="time">The clock of <c>timestamp()</c>; the system's unless told.</param>
    public EvaluationScope(ReferenceResolver resolve, FunctionTable? functions = null, TimeProvider? time = null)
        : this(resolve, functions ?? FunctionTable.Standard, time ?? TimeProvider.System, null)
    {
        ArgumentNullException.ThrowIfNull(resolve);
    }

    private EvaluationScope(ReferenceResolver resolve, FunctionTable functions, TimeProvider time, Local? local)
    {
        _resolve = resolve;
        Functions = functions;
        Time = time;
        _local = local;
    }

    /// <summary>A scope without any name: literals and functions only.</summary>
    public static EvaluationScope Empty { get; } = new((_, _) => Resolution.NotFound([]));

    public FunctionTable Functions { get; }

    public TimeProvider Time { get; }

    /// <summary>A scope in which these names have these values.</summary>
    public static EvaluationScope Of(IReadOnlyDictionary<string, Value> values, FunctionTable? functions = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new EvaluationScope(
            (reference, _) => values.TryGetValue(reference.Root, out var value) ? Resolution.Found(value) : Resolution.NotFound(values.Keys),
            functions,
            time);
    }

    /// <summary>The same scope with one more name, which hides an equal one: the variable of a for, <c>each</c>, an iterator.</summary>
    public EvaluationScope With(string name, Value value) => new(_resolve, Functions, Time, new Local(name, value, _local));

    internal Resolution Resolve(Reference reference, DiagnosticBag diagnostics) =>
        TryGetLocal(reference.Root, out var value) ? Resolution.Found(value) : _resolve(reference, diagnostics);

    internal IEnumerable<string> LocalNames()
    {
        for (var local = _local; local is not null; local = local.Outer)
        {
            yield return local.Name;
        }
    }

    private bool TryGetLocal(string name, [NotNullWhen(true)] out Value? value)
    {
        for (var local = _local; local is not null; local = local.Outer)
        {
            if (local.Name == name)
            {
                value = local.Value;
                return true;
            }
        }

        value = null;
        return false;
    }

    private sealed record Local(string Name, Value Value, Local? Outer);
}
