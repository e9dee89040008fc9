using System.Data.Common;
using System.Globalization;
using System.Text;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.MySql.Database;

/// <summary>Numbered parameters, <c>$2</c>, where the server knows only those in order.</summary>
internal static class NumberedParameters
{
    /// <returns>The text with <c>?</c> in the places of parameters, whose values are added to the command in the order of their places.</returns>
    public static string Place(string sql, IReadOnlyList<object?> values, DbCommand command)
    {
        var placed = new StringBuilder(sql.Length);
        var tokens = SqlScanner.Scan(sql, SqlDialect.MySql);
        var copied = 0;
        for (var at = 0; at + 1 < tokens.Count; at++)
        {
            if (!tokens[at].Is(sql, '$') || tokens[at + 1].Kind != SqlTokenKind.Number || tokens[at].End != tokens[at + 1].Start)
            {
                continue;
            }

            placed.Append(sql, copied, tokens[at].Start - copied).Append('?');
            copied = tokens[at + 1].End;
            var parameter = command.CreateParameter();
            parameter.Value = values[int.Parse(tokens[at + 1].In(sql), CultureInfo.InvariantCulture) - 1] ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return placed.Append(sql, copied, sql.Length - copied).ToString();
    }
}
