using System.Text;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.MySql.Sql;

/// <summary>Texts of users in statements that take no parameters.</summary>
internal static class MySqlText
{
    public static string Quote(string text) => SqlLiteral.Quote(text, SqlDialect.MySql);

    /// <summary>What a string literal says: <c>'it''s'</c> and <c>'it\'s'</c> are <c>it's</c>. https://mariadb.com/kb/en/string-literals/</summary>
    public static string Unquote(string literal)
    {
        var text = new StringBuilder(literal.Length);
        for (var at = 1; at < literal.Length - 1; at++)
        {
            text.Append(literal[at] switch
            {
                '\\' => literal[++at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', '0' => '\0', 'Z' => '\x1a', var itself => itself },
                '\'' => literal[++at],
                var plain => plain,
            });
        }

        return text.ToString();
    }
}
