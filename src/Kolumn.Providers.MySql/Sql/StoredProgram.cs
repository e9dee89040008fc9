using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.MySql.Sql;

/// <summary>
/// What a trigger, a routine or an event does: one statement, of which a compound one holds others. https://mariadb.com/kb/en/programmatic-compound-statements/
/// The server keeps it letter by letter.
/// </summary>
internal static class StoredProgram
{
    /// <summary>Words that open a block where a statement begins; END and the word close it.</summary>
    private static readonly string[] Blocks = ["IF", "LOOP", "WHILE", "REPEAT", "FOR"];

    /// <summary>Words behind which a statement begins.</summary>
    private static readonly string[] Openings = ["BEGIN", "THEN", "ELSE", "DO", "LOOP", "REPEAT"];

    /// <summary>As the server keeps it: without the semicolon that ends it.</summary>
    public static string Trim(string body) => body.Trim().TrimEnd(';').TrimEnd();

    /// <summary>Why the text is more than one statement, or none; null when it is one.</summary>
    public static string? FaultOf(string body)
    {
        if (SqlFragment.FaultOf(body, SqlFragmentKind.Statements, SqlDialect.MySql) is { } fault)
        {
            return fault;
        }

        var tokens = SqlScanner.Scan(body, SqlDialect.MySql).FindAll(token => token.Kind != SqlTokenKind.Comment);
        if (tokens.Count == 0)
        {
            return "it is empty";
        }

        var (depth, begins) = (0, true);
        for (var at = 0; at < tokens.Count; at++)
        {
            if (tokens[at].Is(body, ';') && depth <= 0)
            {
                return $"the semicolon at position {tokens[at].Start + 1} ends it: put several statements between BEGIN and END";
            }

            var word = WordAt(body, tokens, at);
            if (word == "END")
            {
                depth--;
                at += WordAt(body, tokens, at + 1) is { } closed && (closed == "CASE" || Blocks.Contains(closed)) ? 1 : 0;
                begins = false;
                continue;
            }

            if (word is "BEGIN" or "CASE" || (begins && word is not null && Blocks.Contains(word) && !IsCall(body, tokens, at)))
            {
                depth++;
            }

            begins = tokens[at].Is(body, ';') || tokens[at].Is(body, ':') || (word is not null && Openings.Contains(word));
        }

        return null;
    }

    /// <summary>In capitals; null for what is no word, or part of a longer name.</summary>
    private static string? WordAt(string body, List<SqlToken> tokens, int at) =>
        at < tokens.Count && tokens[at].Kind == SqlTokenKind.Word && !(at > 0 && tokens[at - 1].Is(body, '.')) && !(at + 1 < tokens.Count && tokens[at + 1].Is(body, '.'))
            ? tokens[at].In(body).ToString().ToUpperInvariant()
            : null;

    /// <summary>IF and REPEAT are functions too: IF takes three arguments, and the statement REPEAT is followed by another.</summary>
    private static bool IsCall(string body, List<SqlToken> tokens, int at)
    {
        if (at + 1 >= tokens.Count || !tokens[at + 1].Is(body, '('))
        {
            return false;
        }

        if (WordAt(body, tokens, at) != "IF")
        {
            return true;
        }

        var (depth, commas) = (0, 0);
        for (var inside = at + 1; inside < tokens.Count; inside++)
        {
            depth += tokens[inside].Is(body, '(') ? 1 : tokens[inside].Is(body, ')') ? -1 : 0;
            commas += depth == 1 && tokens[inside].Is(body, ',') ? 1 : 0;
            if (depth == 0)
            {
                break;
            }
        }

        return commas == 2;
    }
}
