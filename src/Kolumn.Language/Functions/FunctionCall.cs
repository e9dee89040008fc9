using System.Collections.Immutable;

namespace Kolumn.Language;

/// <summary>A call as the body of a function sees it.</summary>
public sealed class FunctionCall
{
    private readonly Func<int, string, Value> _fail;

    internal FunctionCall(IReadOnlyList<Value> arguments, TimeProvider time, Func<int, string, Value> fail)
    {
        Arguments = arguments;
        Time = time;
        _fail = fail;
    }

    /// <summary>The arguments, converted to the types of the parameters.</summary>
    public IReadOnlyList<Value> Arguments { get; }

    public TimeProvider Time { get; }

    public Value this[int index] => Arguments[index];

    public bool Has(int index) => index < Arguments.Count;

    public string Text(int index) => Arguments[index].AsString();

    public Number Number(int index) => Arguments[index].AsNumber();

    public ImmutableArray<Value> Elements(int index) => Arguments[index].Elements;

    /// <summary>Reports that the argument does not do, with the reason; the result is for the body to return.</summary>
    public Value Fail(int argument, string detail) => _fail(argument, detail);

    /// <summary>Reports that the result would be longer than strings may be.</summary>
    public Value TooLong(int argument) => Fail(argument, $"The result would have more than {Evaluator.MaxTextLength} characters.");
}
