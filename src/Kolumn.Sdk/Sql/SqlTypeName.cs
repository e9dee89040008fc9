using System.Collections.Frozen;

namespace Kolumn.Sdk.Sql;

/// <summary>
/// The grammar of a column type, so that a type cannot smuggle anything else into a statement:
/// <c>word word* [ "(" argument, … ")" ] word* ( "[" [number] "]" )*</c>, where the first word may be qualified by schemas, a
/// word may be a quoted name and an argument is a number, a word or a string.
/// </summary>
public static class SqlTypeName
{
    /// <summary>Far above any real type (an enum of MySQL lists its values in it).</summary>
    public const int MaxLength = 4096;

    // They would turn the type into a column constraint.
    private static readonly FrozenSet<string> Reserved = FrozenSet.ToFrozenSet(
        ["NOT", "NULL", "DEFAULT", "PRIMARY", "UNIQUE", "CHECK", "REFERENCES", "CONSTRAINT", "COLLATE", "GENERATED", "AS", "ON", "AUTOINCREMENT", "KEY", "DEFERRABLE", "INITIALLY"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Why <paramref name="type"/> cannot be a type, for a user to read; null when it can.</summary>
    public static string? FaultOf(string? type, SqlDialect dialect)
    {
        if (string.IsNullOrWhiteSpace(type))
        {
            return "a type cannot be empty";
        }

        if (type.Length > MaxLength || type.Any(c => char.IsControl(c) && !char.IsWhiteSpace(c)))
        {
            return $"a type has at most {MaxLength} characters and no control characters";
        }

        // An array's brackets are brackets here, even where the dialect quotes names with them.
        var tokens = SqlScanner.Scan(type, dialect with { ForeignNameQuotes = false });
        return new Reading(type, tokens).Fault();
    }

    private sealed class Reading(string text, List<SqlToken> tokens)
    {
        private int _at;

        public string? Fault()
        {
            if (tokens.Find(t => !t.Closed || t.Kind == SqlTokenKind.Comment) is { End: > 0 } broken)
            {
                return $"what starts at position {broken.Start + 1} is not part of a type's name";
            }

            if (!Word())
            {
                return Unexpected("a type's name");
            }

            while (Symbol('.'))
            {
                if (!Word())
                {
                    return Unexpected("a name after '.'");
                }
            }

            Words();
            if (Symbol('(') && ArgumentsFault() is { } fault)
            {
                return fault;
            }

            Words();
            while (Symbol('['))
            {
                Kind(SqlTokenKind.Number);
                if (!Symbol(']'))
                {
                    return Unexpected("']'");
                }
            }

            return _at == tokens.Count ? null : Unexpected("the type's end");
        }

        private string? ArgumentsFault()
        {
            do
            {
                var signed = Symbol('-') || Symbol('+');
                if (!Kind(SqlTokenKind.Number) && (signed || !(Word() || Kind(SqlTokenKind.String))))
                {
                    return Unexpected("a number, a word or a string");
                }
            }
            while (Symbol(','));
            return Symbol(')') ? null : Unexpected("')'");
        }

        private void Words()
        {
            while (Word())
            {
            }
        }

        private bool Word() =>
            _at < tokens.Count
            && (tokens[_at].Kind == SqlTokenKind.QuotedName
                || (tokens[_at].Kind == SqlTokenKind.Word && !Reserved.Contains(tokens[_at].In(text).ToString())))
            && Take();

        private bool Kind(SqlTokenKind kind) => _at < tokens.Count && tokens[_at].Kind == kind && Take();

        private bool Symbol(char symbol) => _at < tokens.Count && tokens[_at].Is(text, symbol) && Take();

        private bool Take()
        {
            _at++;
            return true;
        }

        private string Unexpected(string expected) => _at < tokens.Count
            ? $"'{tokens[_at].In(text)}' at position {tokens[_at].Start + 1} stands where {expected} is expected"
            : $"{expected} is missing at its end";
    }
}
