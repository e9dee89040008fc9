using System.Text;

namespace Kolumn.Sdk.Sql;

/// <summary>Names of database objects on their way into a statement, where they cannot be parameters. Every name is quoted, always.</summary>
public static class SqlIdentifier
{
    /// <summary>The name in double quotes, those inside it doubled: what standard SQL, PostgreSQL and SQLite read.</summary>
    /// <exception cref="ArgumentException">The name is empty or holds NUL, which no quoting can express.</exception>
    public static string Quote(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return name.Contains('\0', StringComparison.Ordinal)
            ? throw new ArgumentException("An identifier cannot hold the NUL character.", nameof(name))
            : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>The name in the dialect's own quotes.</summary>
    /// <exception cref="ArgumentException">As for double quotes.</exception>
    public static string Quote(string name, SqlDialect dialect)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        var quoted = Quote(name);
        return dialect.BacktickNames ? $"`{name.Replace("`", "``", StringComparison.Ordinal)}`" : quoted;
    }

    /// <summary><c>"schema"."name"</c>; the schema may be null.</summary>
    public static string Quote(string? schema, string name) => schema is null ? Quote(name) : $"{Quote(schema)}.{Quote(name)}";

    /// <summary><c>"a", "b"</c></summary>
    public static string QuoteAll(IEnumerable<string> names) => string.Join(", ", names.Select(Quote));

    /// <summary>The name that a statement means by <paramref name="spelled"/>, quoted or not.</summary>
    public static string Unquote(string spelled, SqlDialect dialect)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        return spelled switch
        {
            ['"', .. var inner, '"'] => inner.Replace("\"\"", "\"", StringComparison.Ordinal),
            ['`', .. var inner, '`'] when dialect.ForeignNameQuotes || dialect.BacktickNames => inner.Replace("``", "`", StringComparison.Ordinal),
            ['[', .. var inner, ']'] when dialect.ForeignNameQuotes => inner,
            _ => dialect.FoldsNames ? spelled.ToLowerInvariant() : spelled,
        };
    }

    /// <summary>Why <paramref name="name"/> cannot be a name in <paramref name="dialect"/>, for a user to read; null when it can.</summary>
    public static string? FaultOf(string? name, SqlDialect dialect)
    {
        if (string.IsNullOrEmpty(name))
        {
            return "a name cannot be empty";
        }

        if (name.Any(char.IsControl))
        {
            return "a name cannot hold control characters";
        }

        if (dialect.BasicPlaneNames && name.Any(char.IsSurrogate))
        {
            return $"a name in {dialect.Name} cannot hold characters beyond U+FFFF, such as emoji";
        }

        var (length, unit) = dialect.IdentifierUnit == IdentifierUnit.Bytes
            ? (Encoding.UTF8.GetByteCount(name), "bytes")
            : (name.Length, "characters");
        return length > dialect.MaxIdentifierLength
            ? $"the name has {length} {unit}, {dialect.Name} keeps only {dialect.MaxIdentifierLength}"
            : null;
    }
}
