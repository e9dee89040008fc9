using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.MySql.Sql;

/// <summary>The sequences that an expression counts with: <c>nextval(s)</c>, <c>NEXT VALUE FOR s</c>. https://mariadb.com/kb/en/sequence-functions/</summary>
internal static class SequenceMentions
{
    private static readonly string[] Functions = ["nextval", "lastval", "setval"];

    public static IEnumerable<MySqlName> In(string? expression)
    {
        if (expression is null || !expression.Contains("val", StringComparison.OrdinalIgnoreCase))
        {
            yield break;
        }

        var tokens = SqlScanner.Scan(expression, SqlDialect.MySql);
        for (var at = 0; at + 2 < tokens.Count; at++)
        {
            if ((Functions.Any(function => Is(at, function)) && tokens[at + 1].Is(expression, '(')) || (Is(at, "value") && Is(at + 1, "for")))
            {
                if (!SqlNaming.IsName(tokens[at + 2]))
                {
                    continue;
                }

                var name = SqlNaming.ValueOf(tokens[at + 2], expression);
                yield return at + 4 < tokens.Count && tokens[at + 3].Is(expression, '.') && SqlNaming.IsName(tokens[at + 4])
                    ? new MySqlName(name, SqlNaming.ValueOf(tokens[at + 4], expression))
                    : new MySqlName(null, name);
            }
        }

        bool Is(int at, string word) => tokens[at].Kind == SqlTokenKind.Word && tokens[at].In(expression).Equals(word, StringComparison.OrdinalIgnoreCase);
    }
}
