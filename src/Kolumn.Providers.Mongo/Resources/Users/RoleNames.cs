using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Sdk.Resources;

namespace Kolumn.Providers.Mongo.Resources.Users;

/// <summary>Lists of roles: <c>"read"</c> is one of the holder's own database, <c>{role, db}</c> one of another.</summary>
internal static class RoleNames
{
    /// <summary>Sorted, since their order means nothing; a role of the holder's own database has no <c>db</c>.</summary>
    public static JsonArray Canonical(IEnumerable<JsonNode?>? roles, string? own) => new([.. (roles ?? [])
        .Select(role => role is JsonObject named ? (Role: named.Text("role") ?? "", Db: named.Text("db")) : (Role: (role as JsonValue)?.ToString() ?? "", Db: null))
        .Select(role => role.Db == own ? (role.Role, Db: null) : role)
        .Distinct()
        .OrderBy(role => role.Db, StringComparer.Ordinal)
        .ThenBy(role => role.Role, StringComparer.Ordinal)
        .Select(role => (JsonNode)new JsonObject { ["role"] = role.Role }.With("db", role.Db))]);

    public static JsonArray Describe(ConfigReader reader)
    {
        var roles = reader["roles"] as JsonArray ?? [];
        foreach (var (index, role) in roles.Index())
        {
            var name = role is JsonObject named ? named.Text("role") : role is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
            if (string.IsNullOrEmpty(name))
            {
                reader.Context.Error(DiagnosticCodes.InvalidValue, reader.Path.Member("roles").Element(index), "a role is expected here", "Write its name, or { role = \"read\", db = \"shop\" }.");
            }
        }

        return Canonical(roles, reader.Text("database"));
    }

    /// <summary>As a command takes them: a plain name is a role of the database that the command is for.</summary>
    /// <param name="own">Written beside roles of the holder's own database; null for plain names.</param>
    public static JsonArray ToCommand(JsonObject definition, JsonNode? own = null) => new([.. (definition["roles"] as JsonArray ?? [])
        .OfType<JsonObject>()
        .Select(role => (role["db"] ?? own) is { } database
            ? new JsonObject { ["role"] = role.Text("role"), ["db"] = database.DeepClone() }
            : (JsonNode)JsonValue.Create(role.Text("role")!))]);
}
