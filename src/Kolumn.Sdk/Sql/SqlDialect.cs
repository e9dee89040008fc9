namespace Kolumn.Sdk.Sql;

/// <summary>How one database spells names, strings and comments: what <see cref="SqlIdentifier"/> and <see cref="SqlFragment"/> need to know of it.</summary>
public sealed record SqlDialect
{
    /// <summary>For messages: <c>PostgreSQL</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The longest identifier in <see cref="IdentifierUnit"/>; null where the database sets no limit worth naming.</summary>
    public int? MaxIdentifierLength { get; init; }

    public IdentifierUnit IdentifierUnit { get; init; } = IdentifierUnit.Characters;

    /// <summary><c>$tag$ … $tag$</c> is a string.</summary>
    public bool DollarQuotes { get; init; }

    /// <summary><c>E'…'</c> is a string in which a backslash escapes.</summary>
    public bool EscapeStrings { get; init; }

    /// <summary><c>[name]</c> and <c>`name`</c> are identifiers.</summary>
    public bool ForeignNameQuotes { get; init; }

    /// <summary><c>`name`</c> is an identifier and <c>"…"</c> a string.</summary>
    public bool BacktickNames { get; init; }

    /// <summary>A backslash escapes in every string.</summary>
    public bool BackslashEscapes { get; init; }

    /// <summary><c>#</c> begins a comment, <c>--</c> only before a space, and what stands in <c>/*! … */</c> is run.</summary>
    public bool MySqlComments { get; init; }

    /// <summary>Names hold no character beyond U+FFFF.</summary>
    public bool BasicPlaneNames { get; init; }

    /// <summary>A change that looks at a second table joins it (<c>UPDATE a JOIN b ON … SET</c>), and INSERT replaces by ON DUPLICATE KEY UPDATE.</summary>
    public bool JoinsInChanges { get; init; }

    /// <summary>A name that is not quoted stands for itself in lower case.</summary>
    public bool FoldsNames { get; init; }

    /// <summary><c>/* /* */ */</c> is one comment.</summary>
    public bool NestedComments { get; init; }

    /// <summary>Lexical structure: PostgreSQL manual, section 4.1. NAMEDATALEN leaves 63 bytes for a name; longer ones are cut silently.</summary>
    public static SqlDialect Postgres { get; } = new()
    {
        Name = "PostgreSQL",
        MaxIdentifierLength = 63,
        IdentifierUnit = IdentifierUnit.Bytes,
        DollarQuotes = true,
        EscapeStrings = true,
        FoldsNames = true,
        NestedComments = true,
    };

    /// <summary>Lexical structure: sqlite.org/lang_keywords.html and lang_comment.html.</summary>
    public static SqlDialect Sqlite { get; } = new() { Name = "SQLite", ForeignNameQuotes = true };

    /// <summary>
    /// Lexical structure in sessions without the sql_mode flags ANSI_QUOTES and NO_BACKSLASH_ESCAPES: https://mariadb.com/kb/en/identifier-names/,
    /// string-literals, comment-syntax; MySQL manual, section 11.2 and 11.7.
    /// </summary>
    public static SqlDialect MySql { get; } = new() { Name = "MySQL", MaxIdentifierLength = 64, BacktickNames = true, BackslashEscapes = true, MySqlComments = true, BasicPlaneNames = true, JoinsInChanges = true };
}

/// <summary>What an identifier's length is counted in.</summary>
public enum IdentifierUnit
{
    /// <summary>UTF-16 code units.</summary>
    Characters,

    /// <summary>Of UTF-8.</summary>
    Bytes,
}
