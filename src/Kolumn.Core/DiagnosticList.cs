using System.Collections;
using Kolumn.Protocol;

namespace Kolumn.Core;

/// <summary>
/// Collects what is to be told to the user, in the order found. Keeps at most <see cref="Capacity"/>, so that ten thousand
/// equal mistakes stay readable; the rest is counted and said in one closing line. Not thread-safe.
/// </summary>
internal sealed class DiagnosticList : IReadOnlyList<Diagnostic>
{
    public const int Capacity = 500;

    private readonly List<Diagnostic> _items = [];
    private int _dropped;

    public bool HasErrors { get; private set; }

    public int Count => _items.Count;

    public Diagnostic this[int index] => _items[index];

    public void Add(Diagnostic diagnostic)
    {
        HasErrors |= diagnostic.Severity == Severity.Error;
        if (_items.Count < Capacity)
        {
            _items.Add(diagnostic);
        }
        else
        {
            _dropped++;
        }
    }

    public void AddRange(IEnumerable<Diagnostic> diagnostics)
    {
        foreach (var diagnostic in diagnostics)
        {
            Add(diagnostic);
        }
    }

    public void Error(string code, string summary, string? detail = null) => Add(Diagnostic.Error(code, summary, detail));

    public void Warning(string code, string summary, string? detail = null) => Add(Diagnostic.Warning(code, summary, detail));

    public IReadOnlyList<Diagnostic> ToList() => _dropped == 0
        ? [.. _items]
        : [.. _items, Diagnostic.Warning("MORE_DIAGNOSTICS", $"{_dropped} further problems are not shown", "Put the first ones right and run the command again.")];

    public IEnumerator<Diagnostic> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
