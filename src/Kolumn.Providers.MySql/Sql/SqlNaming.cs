using System.Text;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.MySql.Sql;

/// <summary>Databases' names inside SQL that the server or a user wrote: <c>`shop`.`users`.`id`</c>.</summary>
internal static class SqlNaming
{
    /// <summary>The text with the databases that qualify names in it exchanged.</summary>
    /// <param name="map">Given a name that stands before a dot and the name behind it: the database to write instead; "" to write none, null to leave it.</param>
    public static string MapQualifiers(string sql, Func<string, string, string?> map)
    {
        var tokens = SqlScanner.Scan(sql, SqlDialect.MySql);
        StringBuilder? mapped = null;
        var copied = 0;
        for (var at = 0; at + 2 < tokens.Count; at++)
        {
            if (!IsName(tokens[at]) || !tokens[at + 1].Is(sql, '.') || !IsName(tokens[at + 2]) || (at > 0 && tokens[at - 1].Is(sql, '.')))
            {
                continue;
            }

            if (map(ValueOf(tokens[at], sql), ValueOf(tokens[at + 2], sql)) is not { } database)
            {
                continue;
            }

            mapped ??= new StringBuilder(sql.Length);
            mapped.Append(sql, copied, tokens[at].Start - copied).Append(database.Length == 0 ? "" : MySqlName.Quote(database) + ".");
            copied = tokens[at + 2].Start;
        }

        return mapped is null ? sql : mapped.Append(sql, copied, sql.Length - copied).ToString();
    }

    public static bool IsName(SqlToken token) => token.Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName;

    public static string ValueOf(SqlToken token, string sql) => SqlIdentifier.Unquote(token.In(sql).ToString(), SqlDialect.MySql);
}
