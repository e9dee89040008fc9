using System.Collections.Immutable;

namespace Kolumn.Language;

/// <summary>A parameter of a function.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Type">What arguments are converted to.</param>
public sealed record FunctionParameter(string Name, TypeConstraint Type)
{
    /// <summary>Null is an argument like others; otherwise it is refused.</summary>
    public bool AcceptsNull { get; init; }

    /// <summary>
    /// The function looks at a collection's shape only and passes its elements on: unknown elements do not make the result unknown,
    /// sensitive ones not the result sensitive.
    /// </summary>
    public bool PassesContent { get; init; }

    /// <summary>May be left out, as may all after it.</summary>
    public bool IsOptional { get; init; }
}

/// <summary>A function of the language. Its body sees converted, known arguments; unknown and sensitive ones are dealt with before.</summary>
public sealed class KlFunction
{
    /// <param name="name">What it is called by.</param>
    /// <param name="summary">One line: what it answers.</param>
    /// <param name="parameters">In order.</param>
    /// <param name="body">Computes the result or reports through the call why it cannot.</param>
    /// <param name="rest">What any number of further arguments are.</param>
    public KlFunction(
        string name,
        string summary,
        ImmutableArray<FunctionParameter> parameters,
        Func<FunctionCall, Value> body,
        FunctionParameter? rest = null)
        : this(name, summary, parameters, rest)
    {
        Body = body;
    }

    private KlFunction(string name, string summary, ImmutableArray<FunctionParameter> parameters, FunctionParameter? rest)
    {
        Name = name;
        Summary = summary;
        Parameters = parameters;
        Rest = rest;
    }

    public string Name { get; }

    public string Summary { get; }

    public ImmutableArray<FunctionParameter> Parameters { get; }

    public FunctionParameter? Rest { get; }

    /// <summary>As documentation shows it: <c>join(separator, list)</c>.</summary>
    public string Signature => $"{Name}({string.Join(", ", Parameters.Select(p => p.IsOptional ? $"[{p.Name}]" : p.Name).Concat(Rest is null ? [] : [$"{Rest.Name}..."]))})";

    internal int RequiredCount => Parameters.Count(p => !p.IsOptional);

    internal Func<FunctionCall, Value>? Body { get; }

    /// <summary>For functions that decide themselves which of their arguments are evaluated.</summary>
    internal Func<LazyCall, Value>? LazyBody { get; private init; }

    internal static KlFunction Lazy(
        string name, string summary, ImmutableArray<FunctionParameter> parameters, Func<LazyCall, Value> body, FunctionParameter? rest = null) =>
        new(name, summary, parameters, rest) { LazyBody = body };

    internal FunctionParameter ParameterAt(int index) => index < Parameters.Length ? Parameters[index] : Rest!;
}
