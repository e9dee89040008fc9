using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Sql;

/// <summary>An object as the statements name it that exist for every kind.</summary>
/// <param name="Kind">In SQL's words: <c>MATERIALIZED VIEW</c>.</param>
/// <param name="Name">Quoted, with what else it takes: <c>"t" ON "public"."users"</c>.</param>
internal readonly record struct SqlObject(string Kind, string Name)
{
    public Statement Drop => new($"DROP {Kind} {Name}");

    /// <param name="text">null removes the comment.</param>
    public Statement Comment(string? text) => new($"COMMENT ON {Kind} {Name} IS {(text is null ? "NULL" : SqlLiteral.Quote(text))}");

    public Statement Owner(string role) => new($"ALTER {Kind} {Name} OWNER TO {SqlIdentifier.Quote(role)}");
}
