using System.Text.Json.Nodes;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources;

/// <summary>Identities of what has its name within a table, triggers and policies: <c>public.users.stamp</c>.</summary>
internal static class TableMember
{
    /// <summary>Of something that does not say its table nobody's.</summary>
    public static string IdentityOf(JsonObject definition) => $"{(string?)definition["table"]}.{DottedName.Show((string)definition["name"]!)}";

    /// <summary>Whether a definition that names its table is a part of <paramref name="owner"/>.</summary>
    public static bool IsOf(JsonObject definition, ObjectReference owner) =>
        owner.Type is TableResource.Type or PartitionResource.Type && owner.Identity == (string?)definition["table"];

    public static QualifiedName? TableOf(string identity) =>
        DottedName.Split(identity) is [var schema, var table, _] ? new QualifiedName(schema, table) : null;
}
