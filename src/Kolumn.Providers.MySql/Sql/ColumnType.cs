using System.Globalization;
using System.Text;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.MySql.Sql;

/// <summary>
/// Column types in one spelling for both servers: as COLUMN_TYPE of information_schema has them, without the display width of integers,
/// which means nothing (but for tinyint(1), and together with zerofill). https://mariadb.com/kb/en/data-types/
/// </summary>
internal static class ColumnType
{
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["integer"] = "int", ["int1"] = "tinyint", ["int2"] = "smallint", ["int3"] = "mediumint", ["int4"] = "int", ["int8"] = "bigint", ["middleint"] = "mediumint",
        ["bool"] = "tinyint(1)", ["boolean"] = "tinyint(1)", ["dec"] = "decimal", ["numeric"] = "decimal", ["fixed"] = "decimal", ["double precision"] = "double", ["real"] = "double",
        ["float4"] = "float", ["float8"] = "double", ["character"] = "char", ["character varying"] = "varchar", ["varcharacter"] = "varchar", ["char varying"] = "varchar",
        ["long"] = "mediumtext", ["long varchar"] = "mediumtext", ["national char"] = "char", ["nchar"] = "char", ["national varchar"] = "varchar", ["nvarchar"] = "varchar",
    };

    private static readonly string[] Integers = ["tinyint", "smallint", "mediumint", "int", "bigint"];

    private static readonly string[] Texts = ["char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"];

    /// <summary>The type in the one spelling, as far as it can be told without the server.</summary>
    public static string Canonical(string type)
    {
        // 1. Words in lower case with one space between them; what stands in quotes stays.
        var tokens = SqlScanner.Scan(type, SqlDialect.MySql);
        var text = new StringBuilder();
        for (var at = 0; at < tokens.Count; at++)
        {
            var spelled = tokens[at].Kind == SqlTokenKind.Word ? tokens[at].In(type).ToString().ToLowerInvariant() : tokens[at].In(type).ToString();
            var needsSpace = at > 0 && tokens[at].Kind == SqlTokenKind.Word && (tokens[at - 1].Kind == SqlTokenKind.Word || tokens[at - 1].Is(type, ')'));
            text.Append(needsSpace ? " " : "").Append(spelled);
        }

        // 2. name, arguments, words behind.
        var (name, arguments, rest) = Divide(text.ToString());
        if (Aliases.GetValueOrDefault(name) is { } usual)
        {
            var (plain, fixedArguments, _) = Divide(usual);
            (name, arguments) = (plain, fixedArguments.Length > 0 ? fixedArguments : arguments);
        }

        // 3. What is the default is said, or left out, as the server does.
        var words = rest.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => word != "signed").ToList();
        if (words.Contains("zerofill") && !words.Contains("unsigned"))
        {
            words.Insert(0, "unsigned");
        }

        arguments = (name, arguments) switch
        {
            ("decimal", "") => "(10,0)",
            ("decimal", var one) when !one.Contains(',', StringComparison.Ordinal) => one[..^1] + ",0)",
            ("char" or "binary" or "bit", "") => "(1)",
            ("year", _) => "",
            ("tinyint", "(1)") when words.Count == 0 => "(1)",
            (_, not "") when Integers.Contains(name) && !words.Contains("zerofill") => "",
            ("datetime" or "timestamp" or "time", "(0)") => "",
            _ => arguments,
        };
        return string.Join(' ', words.Prepend(name + arguments));
    }

    /// <summary>The character set that the type itself names, as nchar and nvarchar do: https://mariadb.com/kb/en/char/; null for others.</summary>
    public static string? CharsetOf(string written)
    {
        var first = SqlScanner.Scan(written, SqlDialect.MySql) is [{ Kind: SqlTokenKind.Word } token, ..] ? token.In(written).ToString() : "";
        return first.ToLowerInvariant() is "national" or "nchar" or "nvarchar" ? "utf8mb3" : null;
    }

    /// <summary>Whether it has a collation.</summary>
    public static bool IsText(string type) => Texts.Contains(NameOf(type));

    public static bool IsNumber(string type) => NameOf(type) is var name && (Integers.Contains(name) || name is "decimal" or "float" or "double" or "year");

    public static bool IsInteger(string type) => Integers.Contains(NameOf(type));

    /// <summary>Whether an index takes only so many characters of it, and has to say how many.</summary>
    public static bool IsLong(string type) => NameOf(type) is var name && (name.EndsWith("text", StringComparison.Ordinal) || name.EndsWith("blob", StringComparison.Ordinal) || name == "json");

    /// <summary>Without arguments and what follows them.</summary>
    public static string NameOf(string type) => Divide(type).Name;

    /// <summary>Whether values may be rounded or shortened without an error when the type changes: in strict mode everything else is refused.</summary>
    public static bool Rounds(string from, string to)
    {
        var (source, sourceArguments, _) = Divide(from);
        var (target, targetArguments, _) = Divide(to);
        var (old, now) = (Numbers(sourceArguments), Numbers(targetArguments));
        return (source, target) switch
        {
            ("decimal", "decimal") => now.Length == 2 && old.Length == 2 && now[1] < old[1],
            ("decimal" or "float" or "double", _) when Integers.Contains(target) => true,
            ("float" or "double", "decimal") or ("double", "float") => true,
            ("bigint", "float" or "double") or ("int", "float") => true,
            ("datetime" or "timestamp", "date" or "time" or "year") => true,
            ("datetime" or "timestamp" or "time", "datetime" or "timestamp" or "time") => now.FirstOrDefault() < old.FirstOrDefault(),
            _ => false,
        };
    }

    private static int[] Numbers(string arguments) =>
        [.. arguments.Trim('(', ')').Split(',').Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)];

    private static (string Name, string Arguments, string Words) Divide(string type)
    {
        var open = type.IndexOf('(', StringComparison.Ordinal);
        var close = type.LastIndexOf(')');
        if (open >= 0 && close > open)
        {
            return (type[..open].TrimEnd(), type[open..(close + 1)], type[(close + 1)..].Trim());
        }

        var words = type.Split(' ');
        var name = words.TakeWhile(word => word is not ("unsigned" or "signed" or "zerofill")).ToList();
        return (string.Join(' ', name), "", string.Join(' ', words.Skip(name.Count)));
    }
}
