using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources;

/// <summary>A default's SQL expression as a user's text that means it.</summary>
internal static class DefaultText
{
    /// <summary>The expression itself where <see cref="SqlDefault"/> sees that it is one, otherwise in parentheses.</summary>
    public static string Of(string expression) =>
        SqlDefault.ToSql(expression, SqlDialect.Postgres) == expression ? expression : $"({expression})";
}
