using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Types;

/// <summary>Types as SQL: PostgreSQL manual, CREATE TYPE, ALTER TYPE, CREATE DOMAIN and ALTER DOMAIN.</summary>
internal static class TypeSql
{
    public static Statement RenameAttribute(TypeDefinition type, string from, string to) =>
        new($"ALTER TYPE {type.Identity.Quoted} RENAME ATTRIBUTE {SqlIdentifier.Quote(from)} TO {SqlIdentifier.Quote(to)}");

    public static Statement Create(TypeDefinition type) => new(type.Kind switch
    {
        TypeKind.Enum => $"CREATE TYPE {type.Sql.Name} AS ENUM ({string.Join(", ", type.Values.Select(SqlLiteral.Quote))})",
        TypeKind.Composite => $"CREATE TYPE {type.Sql.Name} AS ({string.Join(", ", type.Attributes.Select(Attribute))})",
        _ => string.Join(' ',
        [
            $"CREATE DOMAIN {type.Sql.Name} AS {type.Base}",
            .. type.Collation is { } collation ? [$"COLLATE {collation}"] : Array.Empty<string>(),
            .. type.Default is { } expression ? [$"DEFAULT {expression}"] : Array.Empty<string>(),
            .. type.Nullable == false ? ["NOT NULL"] : Array.Empty<string>(),
            .. type.Checks.Select(TableSql.Check),
        ]),
    });

    public static string Attribute(TypeAttribute attribute) => $"{SqlIdentifier.Quote(attribute.Name)} {TypeOf(attribute)}";

    public static string TypeOf(TypeAttribute attribute) => attribute.Collation is { } collation ? $"{attribute.Type} COLLATE {collation}" : attribute.Type;
}
