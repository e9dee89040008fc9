using System.Buffers;

namespace MySqlConnector.Internal;

/// <summary>
/// Walks through the text of a statement and tells what is code: quotes and comments are passed over.
/// https://mariadb.com/kb/en/string-literals/, https://mariadb.com/kb/en/comment-syntax/
/// </summary>
internal ref struct SqlScanner(ReadOnlySpan<char> text)
{
    private static readonly SearchValues<char> Interesting = SearchValues.Create("'\"`#-/@?;");

    private readonly ReadOnlySpan<char> _text = text;
    private int _at;

    /// <summary>A quote or comment had no end.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>A backslash stood in quotes: what it means is the sql_mode's affair.</summary>
    public bool HasBackslash { get; private set; }

    /// <summary>Finds the next <c>@</c>, <c>?</c> or <c>;</c> in the code; -1 when there is none.</summary>
    public int Next()
    {
        while (_at < _text.Length)
        {
            var found = _text[_at..].IndexOfAny(Interesting);
            if (found < 0)
            {
                break;
            }

            _at += found;
            var at = _at;
            switch (_text[at])
            {
                case '@' or '?' or ';':
                    _at++;
                    return at;
                case '#':
                    Pass("\n");
                    break;
                case '-' when IsDashComment(at):
                    Pass("\n");
                    break;
                case '/' when at + 1 < _text.Length && _text[at + 1] == '*':
                    _at += 2;
                    IsOpen |= !Pass("*/");
                    break;
                case '\'' or '"' or '`':
                    PassQuoted(_text[at]);
                    break;
                default:
                    _at++;
                    break;
            }
        }

        _at = _text.Length;
        return -1;
    }

    // Two dashes are a comment only before white space, a control character or the end.
    private readonly bool IsDashComment(int at) =>
        at + 1 < _text.Length && _text[at + 1] == '-' && (at + 2 >= _text.Length || _text[at + 2] <= ' ');

    private bool Pass(string end)
    {
        var found = _text[_at..].IndexOf(end, StringComparison.Ordinal);
        _at = found < 0 ? _text.Length : _at + found + end.Length;
        return found >= 0;
    }

    // A doubled quote is two quoted pieces side by side: that comes to the same.
    private void PassQuoted(char quote)
    {
        for (_at++; _at < _text.Length; _at++)
        {
            if (_text[_at] == '\\' && quote != '`')
            {
                HasBackslash = true;
                _at++;
            }
            else if (_text[_at] == quote)
            {
                _at++;
                return;
            }
        }

        _at = _text.Length;
        IsOpen = true;
    }
}
