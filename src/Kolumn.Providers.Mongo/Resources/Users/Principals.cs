using System.Text.Json.Nodes;
using Kolumn.MongoDb;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Sdk;

namespace Kolumn.Providers.Mongo.Resources.Users;

/// <summary>
/// Users and roles have a database of their own: the provider's, or the one that they name. A database's name holds no dot, so
/// <c>admin.ann</c> is ann of admin, and somebody of the provider's database whose name has a dot is <c>.some.body</c>.
/// </summary>
internal static class Principals
{
    private const string Admin = "admin";

    private static readonly string[] Rights = ["roles", "privileges"];

    public static string IdentityOf(JsonObject definition)
    {
        var name = definition.Text("name")!;
        return definition.Text("database") is { } other ? $"{other}.{name}" : name.Contains('.', StringComparison.Ordinal) ? "." + name : name;
    }

    /// <summary>Of the provider's database, of admin, and of every database that an identity names; one command for each.</summary>
    /// <param name="command">usersInfo or rolesInfo.</param>
    /// <param name="read">What one of them is; null for the provider's own database.</param>
    public static async Task<IReadOnlyList<JsonObject>> ReadAsync(
        MongoSession session, IReadOnlyCollection<string>? identities, JsonObject command, string list, Func<JsonObject, string?, JsonObject> read, CancellationToken cancellationToken)
    {
        var asking = identities is null ? [Admin, session.Database] : identities.Select(identity => identity.Split('.') is [{ Length: > 0 } named, _, ..] ? named : session.Database);
        var wanted = identities?.ToHashSet(StringComparer.Ordinal);
        var found = new List<JsonObject>();
        foreach (var database in asking.Distinct(StringComparer.Ordinal))
        {
            var asked = (JsonObject)command.DeepClone();
            asked["$db"] = database;
            var reply = await session.RunAsync(asked, MongoCommandKind.Read, cancellationToken);
            var entries = (reply[list] as JsonArray ?? []).OfType<JsonObject>().Where(entry => entry.Text("db") == database).ToList();

            // Somebody may have named the provider's own database; then the identity that is asked for names it too.
            found.AddRange(database == session.Database ? entries.Select(entry => read(entry, null)) : []);
            found.AddRange(database != session.Database || wanted is not null ? entries.Select(entry => read(entry, database)) : []);
        }

        return [.. found.Where(definition => wanted?.Contains(IdentityOf(definition)) != false).OrderBy(IdentityOf, StringComparer.Ordinal)];
    }

    /// <summary>Rights on the provider's own database, whose name a description does not know, are written without it.</summary>
    public static JsonObject WithoutOwnDatabase(JsonObject definition, string own)
    {
        var normalized = (JsonObject)definition.DeepClone();
        if (definition.ContainsKey("database"))
        {
            return normalized;
        }

        foreach (var right in Rights.SelectMany(list => (normalized[list] as JsonArray ?? []).OfType<JsonObject>()).Where(right => right.Text("db") == own))
        {
            right.Remove("db");
        }

        return normalized;
    }

    public static Task<IReadOnlyList<NormalizedDefinition>> NormalizeAsync(MongoSession session, IReadOnlyList<JsonObject> definitions, Func<JsonObject, JsonObject> sort) =>
        Task.FromResult<IReadOnlyList<NormalizedDefinition>>([.. definitions.Select(definition => new NormalizedDefinition(sort(WithoutOwnDatabase(definition, session.Database)), null))]);

    /// <summary>Sends the command to the database that the definition belongs to.</summary>
    public static JsonObject In(this JsonObject command, JsonObject definition)
    {
        if (definition.Text("database") is { } database)
        {
            command["$db"] = database;
        }

        return command;
    }
}
