using System.Text;

namespace MySqlConnector.Internal;

/// <summary>A command as it is sent: its text with <c>?</c> for every parameter, and their values in this order.</summary>
internal sealed record StatementText(string Text, IReadOnlyList<object?> Values)
{
    // What each of these begins answers exactly once. CALL, EXECUTE and compound statements may answer more often.
    private static readonly HashSet<string> AnswerOnce = new(StringComparer.OrdinalIgnoreCase)
    {
        "ALTER", "ANALYZE", "COMMIT", "CREATE", "DELETE", "DO", "DROP", "FLUSH", "GRANT", "INSERT", "OPTIMIZE", "RENAME", "REPLACE", "REVOKE", "ROLLBACK",
        "SELECT", "SET", "SHOW", "START", "TRUNCATE", "UPDATE", "USE", "WITH",
    };

    /// <exception cref="InvalidOperationException">The text names a parameter that is not there.</exception>
    public static StatementText From(string text, MySqlParameterCollection parameters, SessionOptions options)
    {
        if (parameters.Count == 0 && !text.Contains('@', StringComparison.Ordinal))
        {
            return new StatementText(text, []);
        }

        var sent = new StringBuilder(text.Length);
        var values = new List<object?>();
        var positional = 0;
        var copied = 0;
        var scanner = new SqlScanner(text);
        for (var at = scanner.Next(); at >= 0; at = scanner.Next())
        {
            if (at < copied || text[at] == ';')
            {
                continue;
            }

            var end = at + 1;
            while (end < text.Length && IsNameCharacter(text[end]))
            {
                end++;
            }

            var index = Find(text, at, end, parameters, options, ref positional);
            if (index >= 0)
            {
                sent.Append(text, copied, at - copied).Append('?');
                values.Add(parameters[index].Value);
                copied = end;
            }
            else
            {
                // A system variable's second @, or a name: not looked at again.
                sent.Append(text, copied, end - copied);
                copied = end;
            }
        }

        sent.Append(text, copied, text.Length - copied);
        return new StatementText(sent.ToString(), values);
    }

    /// <summary>The text without what ends it, when it can be sent together with others and still be told from them.</summary>
    public string? Joinable()
    {
        if (Values.Count > 0)
        {
            return null;
        }

        var text = Text.AsSpan().Trim().TrimEnd(';').TrimEnd();
        var word = text;
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiLetter(text[i]))
            {
                word = text[..i];
                break;
            }
        }

        if (!AnswerOnce.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word))
        {
            return null;
        }

        var scanner = new SqlScanner(text);
        for (var at = scanner.Next(); at >= 0; at = scanner.Next())
        {
            if (text[at] == ';')
            {
                return null;
            }
        }

        return scanner.IsOpen || scanner.HasBackslash ? null : text.ToString();
    }

    private static int Find(string text, int at, int end, MySqlParameterCollection parameters, SessionOptions options, ref int positional)
    {
        if (text[at] == '?' && end == at + 1)
        {
            return positional < parameters.Count
                ? positional++
                : throw new InvalidOperationException($"The statement has more parameters than the {parameters.Count} that are defined.");
        }

        // @@variable, 'user'@'host', @`variable`: a name does not follow directly, or something stands before.
        if (end == at + 1 || (at > 0 && text[at - 1] == '@'))
        {
            return -1;
        }

        var index = parameters.IndexOf(text[at..end]);
        return index >= 0 || (text[at] == '@' && options.AllowUserVariables)
            ? index
            : throw new InvalidOperationException(
                $"Parameter '{text[at..end]}' must be defined. To use this as a variable, set 'Allow User Variables=true' in the connection string.");
    }

    private static bool IsNameCharacter(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';
}
