using System.Globalization;
using System.Text;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Sql;

/// <summary>
/// The names PostgreSQL itself gives to constraints and sequences that a statement leaves unnamed (<c>ChooseIndexName</c>,
/// <c>ChooseConstraintName</c> and <c>makeObjectName</c> of its source), so that a configuration without names describes a
/// database made without names.
/// </summary>
internal static class ObjectNames
{
    private const int MaxBytes = 63;

    public static string PrimaryKey(string table) => Make(table, null, "pkey");

    public static string Unique(string table, IEnumerable<string> columns) => Make(table, string.Join('_', columns), "key");

    public static string Exclusion(string table, IEnumerable<string> columns) => Make(table, string.Join('_', columns), "excl");

    public static string ForeignKey(string table, IEnumerable<string> columns) => Make(table, string.Join('_', columns), "fkey");

    /// <summary>The check that stands in for NOT NULL while rows are looked through. Kolumn's own.</summary>
    public static string NotNull(string table, string column) => Make(table, column, "kolumn_not_null");

    /// <summary>The index that is going to take the place of another. Kolumn's own.</summary>
    public static string Successor(string index) => Make(index, null, "kolumn_new");

    /// <summary>The index whose place another has taken. Kolumn's own.</summary>
    public static string Predecessor(string index) => Make(index, null, "kolumn_old");

    /// <summary>The sequence behind a serial column.</summary>
    public static string Sequence(string table, string column) => Make(table, column, "seq");

    /// <summary>PostgreSQL names a check after the column it is about when it is about exactly one.</summary>
    public static string Check(string table, string expression, IReadOnlyCollection<string> columns)
    {
        var about = NamesIn(expression).Where(columns.Contains).Distinct(StringComparer.Ordinal).Take(2).ToList();
        return Make(table, about is [var column] ? column : null, "check");
    }

    /// <summary>The first of <paramref name="name"/>, <c>name1</c>, <c>name2</c> … that is not taken.</summary>
    public static string Unused(string name, IReadOnlySet<string> taken)
    {
        var candidate = name;
        for (var number = 1; taken.Contains(candidate); number++)
        {
            var suffix = number.ToString(CultureInfo.InvariantCulture);
            candidate = Cut(name, MaxBytes - suffix.Length) + suffix;
        }

        return candidate;
    }

    // The longer of the two is shortened until all fits, a character at a time.
    private static string Make(string first, string? second, string label)
    {
        var room = MaxBytes - label.Length - 1 - (second is null ? 0 : 1);
        var (firstBytes, secondBytes) = (Encoding.UTF8.GetByteCount(first), Encoding.UTF8.GetByteCount(second ?? ""));
        while (firstBytes + secondBytes > room)
        {
            if (firstBytes > secondBytes)
            {
                firstBytes--;
            }
            else
            {
                secondBytes--;
            }
        }

        var start = Cut(first, firstBytes);
        return second is null ? $"{start}_{label}" : $"{start}_{Cut(second, secondBytes)}_{label}";
    }

    private static string Cut(string text, int bytes)
    {
        var (kept, used) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            used += rune.Utf8SequenceLength;
            if (used > bytes)
            {
                break;
            }

            kept += rune.Utf16SequenceLength;
        }

        return text[..kept];
    }

    private static IEnumerable<string> NamesIn(string expression) =>
        SqlScanner.Scan(expression, SqlDialect.Postgres)
            .Where(token => token.Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName)
            .Select(token => SqlNames.ValueOf(token, expression));
}
