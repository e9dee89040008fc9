using System.Text.Json.Nodes;
using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources;

/// <summary>Identities of what has its name within a table, triggers and policies: <c>public.users.stamp</c>.</summary>
internal static class TableMember
{
    /// <summary>Of something that does not say its table nobody's.</summary>
    public static string IdentityOf(JsonObject definition) => $"{(string?)definition["table"]}.{QualifiedName.Show((string)definition["name"]!)}";

    public static QualifiedName? TableOf(string identity) =>
        QualifiedName.SplitParts(identity) is [var schema, var table, _] ? new QualifiedName(schema, table) : null;
}
