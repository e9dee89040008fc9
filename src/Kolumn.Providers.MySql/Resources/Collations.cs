using System.Text.Json.Nodes;
using Kolumn.Providers.MySql.Sql;

namespace Kolumn.Providers.MySql.Resources;

/// <summary>Character sets and their collations: https://mariadb.com/kb/en/character-set-and-collation-overview/.</summary>
internal static class Collations
{
    /// <summary>What <c>charset</c> and <c>collation</c> ask for; a collation names its character set.</summary>
    public static (string? Charset, string? Collation) Describe(ConfigReader reader)
    {
        var charset = reader.Word("charset")?.ToLowerInvariant();
        var collation = reader.Word("collation")?.ToLowerInvariant();
        if (charset is not null && collation is not null && CharsetOf(collation) != charset)
        {
            reader.Invalid("collation", $"{collation} is no collation of {charset}");
        }

        return (collation is null ? charset : CharsetOf(collation), collation);
    }

    /// <summary>The same of something with a type, which may name a character set too.</summary>
    public static (string? Charset, string? Collation) Describe(ConfigReader reader, string type)
    {
        var (charset, collation) = Describe(reader);
        if (ColumnType.CharsetOf(type) is not { } own)
        {
            return (charset, collation);
        }

        if (charset is not null && charset != own)
        {
            reader.Invalid(collation is null ? "charset" : "collation", $"{ConfigReader.Shown(type)} is of the character set {own}", "Write char or varchar for another one.");
        }

        return (own, collation);
    }

    /// <summary>A character set that a config names brings its own collation, unless the config names one.</summary>
    public static IReadOnlyCollection<string> KeptBy(JsonObject described, IReadOnlyCollection<string> kept) =>
        described["charset"] is null ? kept : [.. kept.Where(attribute => attribute != "collation")];

    /// <summary>A collation's name begins with that of its character set; MariaDB leaves it out of some that are for all of Unicode.</summary>
    public static string CharsetOf(string collation) => collation.Split('_')[0] is var charset && charset == "uca1400" ? "utf8mb4" : charset;
}
