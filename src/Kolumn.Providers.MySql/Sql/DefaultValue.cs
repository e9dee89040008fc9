using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.MySql.Sql;

/// <summary>Defaults of columns as SQL expressions, in one spelling for both servers.</summary>
internal static class DefaultValue
{
    private static readonly string[] Now = ["CURRENT_TIMESTAMP", "NOW", "LOCALTIME", "LOCALTIMESTAMP"];

    /// <summary>What the server makes of an expression, as far as it can be told without asking.</summary>
    public static string Canonical(string expression, string type)
    {
        var text = expression.Trim();
        if (Moment(text) is { } moment)
        {
            return moment;
        }

        if (text.Equals("TRUE", StringComparison.OrdinalIgnoreCase) || text.Equals("FALSE", StringComparison.OrdinalIgnoreCase))
        {
            return text.Equals("TRUE", StringComparison.OrdinalIgnoreCase) ? "1" : "0";
        }

        // A number in quotes is a number, and a number for a text is in quotes.
        if (ColumnType.IsInteger(type) && IsString(text) && long.TryParse(MySqlText.Unquote(text), System.Globalization.CultureInfo.InvariantCulture, out _))
        {
            return MySqlText.Unquote(text);
        }

        return IsString(text) ? MySqlText.Quote(MySqlText.Unquote(text)) : ColumnType.IsText(type) && IsNumber(text) ? $"'{text}'" : text;
    }

    /// <summary>Whether it stands for itself; anything else is put in parentheses.</summary>
    public static bool IsPlain(string expression) =>
        Moment(expression) is not null || IsString(expression) || IsNumber(expression)
        || (SqlScanner.Scan(expression, SqlDialect.MySql) is [{ Kind: SqlTokenKind.String }] && !expression.StartsWith('"'));

    public static bool IsString(string text) => text.StartsWith('\'') && SqlScanner.Scan(text, SqlDialect.MySql) is [{ Kind: SqlTokenKind.String, Closed: true }];

    /// <summary><c>current_timestamp()</c> or <c>current_timestamp(6)</c> where the text is one of the names of that; null for anything else.</summary>
    public static string? Moment(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        var name = open < 0 ? text : text[..open].TrimEnd();
        if (!Now.Contains(name, StringComparer.OrdinalIgnoreCase) || (open < 0 && name.Equals("NOW", StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        var digits = open < 0 || !text.EndsWith(')') ? "" : text[(open + 1)..^1].Trim();
        return digits.All(char.IsAsciiDigit) && (open < 0 || text.EndsWith(')')) ? $"current_timestamp({(digits == "0" ? "" : digits)})" : null;
    }

    private static bool IsNumber(string text) =>
        text.Length > 0 && char.IsAsciiDigit(text[^1])
        && double.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign | System.Globalization.NumberStyles.AllowDecimalPoint | System.Globalization.NumberStyles.AllowExponent, System.Globalization.CultureInfo.InvariantCulture, out _);
}
