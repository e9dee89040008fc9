using System.Collections;

namespace Kolumn.Language;

/// <summary>
/// Collects the diagnostics of one run in the order they were found; equal ones, as a loop makes them, once. It keeps at most <see cref="Capacity"/> of them, so that a file
/// that is not configuration at all neither fills the memory nor the screen. Not thread-safe.
/// </summary>
public sealed class DiagnosticBag : IReadOnlyList<LanguageDiagnostic>
{
    /// <summary>How many diagnostics are kept; further ones are only counted.</summary>
    public const int Capacity = 200;

    private readonly List<LanguageDiagnostic> _items = [];
    private HashSet<LanguageDiagnostic>? _known;

    public int Count => _items.Count;

    /// <summary>How many diagnostics were found beyond <see cref="Capacity"/>.</summary>
    public int Dropped { get; private set; }

    public bool HasErrors { get; private set; }

    public LanguageDiagnostic this[int index] => _items[index];

    public void Add(LanguageDiagnostic diagnostic)
    {
        ArgumentNullException.ThrowIfNull(diagnostic);
        HasErrors |= diagnostic.Severity == LanguageSeverity.Error;
        if (_items.Count == Capacity)
        {
            Dropped++;
        }
        else if ((_known ??= []).Add(diagnostic))
        {
            _items.Add(diagnostic);
        }
    }

    public void AddRange(IEnumerable<LanguageDiagnostic> diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        foreach (var diagnostic in diagnostics)
        {
            Add(diagnostic);
        }
    }

    public void Error(string code, SourceRange subject, string summary, string detail, SourceRange? context = null) =>
        Add(new LanguageDiagnostic(LanguageSeverity.Error, code, summary, detail, subject, context));

    public void Warning(string code, SourceRange subject, string summary, string detail, SourceRange? context = null) =>
        Add(new LanguageDiagnostic(LanguageSeverity.Warning, code, summary, detail, subject, context));

    /// <summary>
    /// The diagnostics by file and position; those of one position stay in the order they were found. When some were dropped, a last
    /// one says how many.
    /// </summary>
    public IReadOnlyList<LanguageDiagnostic> InSourceOrder()
    {
        var sorted = _items.OrderBy(d => d.Subject.Path, StringComparer.Ordinal).ThenBy(d => d.Subject.Start).ToList();
        if (Dropped > 0)
        {
            sorted.Add(new LanguageDiagnostic(LanguageSeverity.Warning, LanguageCodes.TooManyMistakes, "Too many mistakes",
                $"{Dropped} further ones were found and are not shown. Mend those above and run again.", sorted[^1].Subject));
        }

        return sorted;
    }

    public IEnumerator<LanguageDiagnostic> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
