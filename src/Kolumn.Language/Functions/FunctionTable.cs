using System.Collections.Frozen;

namespace Kolumn.Language;

/// <summary>The functions an expression can call. Immutable.</summary>
public sealed class FunctionTable
{
    private readonly FrozenDictionary<string, KlFunction> _functions;

    public FunctionTable(IEnumerable<KlFunction> functions)
    {
        _functions = functions.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);
    }

    /// <summary>The functions of the language; docs/language.md lists them.</summary>
    public static FunctionTable Standard { get; } = new(
    [
        .. ChoiceFunctions.All,
        .. CollectionFunctions.All,
        .. SetFunctions.All,
        .. TextFunctions.All,
        .. PatternFunctions.All,
        .. NumberFunctions.All,
        .. ConversionFunctions.All,
        .. EncodingFunctions.All,
        .. TimeFunctions.All,
    ]);

    /// <summary>All functions by name.</summary>
    public IEnumerable<KlFunction> All => _functions.Values.OrderBy(f => f.Name, StringComparer.Ordinal);

    public KlFunction? Find(string name) => _functions.GetValueOrDefault(name);

    /// <summary>These functions and further ones, which replace those of equal names.</summary>
    public FunctionTable With(params IEnumerable<KlFunction> functions)
    {
        var more = functions.ToDictionary(f => f.Name, StringComparer.Ordinal);
        return new FunctionTable(_functions.Values.Where(f => !more.ContainsKey(f.Name)).Concat(more.Values));
    }
}
