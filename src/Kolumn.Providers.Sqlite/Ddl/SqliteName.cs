using System.Diagnostics.CodeAnalysis;

namespace Kolumn.Providers.Sqlite.Ddl;

/// <summary>Names as SQLite compares them: the case of the letters A to Z does not count, that of all others does.</summary>
internal static class SqliteName
{
    public static StringComparer Comparer { get; } = new NameComparer();

    public static string Fold(string name) => string.Create(name.Length, name, static (folded, name) =>
    {
        for (var at = 0; at < folded.Length; at++)
        {
            folded[at] = name[at] is >= 'A' and <= 'Z' ? (char)(name[at] | 0x20) : name[at];
        }
    });

    public static bool AreEqual(string? left, string? right) => Comparer.Equals(left, right);

    private sealed class NameComparer : StringComparer
    {
        public override int Compare(string? x, string? y) => string.CompareOrdinal(x is null ? null : Fold(x), y is null ? null : Fold(y));

        public override bool Equals(string? x, string? y) => x is null || y is null ? x is null && y is null : x.Length == y.Length && Fold(x) == Fold(y);

        public override int GetHashCode([DisallowNull] string obj) => Fold(obj).GetHashCode(StringComparison.Ordinal);
    }
}
