using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Sql;

/// <summary>What names in a user's SQL mean: unquoted ones are folded to lower case (PostgreSQL manual, section 4.1.1).</summary>
internal static class SqlNames
{
    public static string ValueOf(SqlToken token, string text)
    {
        var spelled = token.In(text).ToString();
        return token.Kind == SqlTokenKind.QuotedName
            ? spelled[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal)
            : spelled.ToLowerInvariant();
    }

    public static bool IsName(SqlToken token) => token.Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName;
}
