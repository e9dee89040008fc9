using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Databases;
using Kolumn.Providers.Postgres.Resources.Privileges;
using Kolumn.Providers.Postgres.Resources.Publications;
using Kolumn.Providers.Postgres.Resources.Roles;
using Kolumn.Providers.Postgres.Resources.Routines;
using Kolumn.Providers.Postgres.Resources.Schemas;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Providers.Postgres.Resources.Types;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources;

/// <summary>
/// What PostgreSQL reports after a renaming: it keeps references by number, so every one of them reads differently. Worked out
/// from the definitions, since trying it would lock the renamed table while somebody merely plans. Where a view's text comes out
/// otherwise than the server would have it, the plan replaces the view: nothing but a statement too many.
/// </summary>
internal sealed class RenameFollowing : IRenameFollower<PostgresSession>
{
    private const string ColumnsPart = "columns";

    /// <summary>Members that hold somebody's words, not SQL.</summary>
    private static readonly HashSet<string> Plain = new(StringComparer.Ordinal)
    {
        "name", "schema", "comment", "body", "owner", "method", "order", "nulls", "language", "timing", "function", "table", "references", "owned_by", "on_delete", "on_update",
        "to", "for_role", "on", "privileges", "with_grant_option", "standard", "login", "valid_until", "set", "set_in_database",
    };

    /// <summary>Members that hold a role's name, or a list of them.</summary>
    private static readonly HashSet<string> RoleNames = new(StringComparer.Ordinal) { "owner", "to", "for_role", "roles" };

    /// <summary>Members that hold a column's name, or a list of them, of the table that the definition is about.</summary>
    private static readonly HashSet<string> ColumnNames = new(StringComparer.Ordinal) { "columns", "include", "column" };

    public Task<IReadOnlyDictionary<ObjectReference, JsonObject>> FollowAsync(
        PostgresSession session,
        IReadOnlyList<Renaming> renamings,
        IReadOnlyList<Statement> statements,
        IReadOnlyDictionary<ObjectReference, JsonObject> definitions,
        CancellationToken cancellationToken) => Task.FromResult(Follow(renamings, definitions));

    public static IReadOnlyDictionary<ObjectReference, JsonObject> Follow(IReadOnlyList<Renaming> renamings, IReadOnlyDictionary<ObjectReference, JsonObject> definitions)
    {
        var followed = new Dictionary<ObjectReference, JsonObject>(definitions.Count);
        var handlers = ResourceKinds.All.ToDictionary(k => k.Type, k => k.Handler, StringComparer.Ordinal);
        foreach (var (reference, definition) in definitions)
        {
            var now = definition;
            foreach (var renaming in renamings)
            {
                var isItself = reference.Type == renaming.Object.Type && handlers[reference.Type].IdentityOf(now) == renaming.Object.Identity;
                now = renaming.Part switch
                {
                    null => WithObject(reference.Type, now, renaming, isItself),
                    ColumnsPart => WithColumn(reference.Type, now, renaming, isItself),
                    _ when isItself => WithMember(now, renaming),
                    _ => now,
                };
            }

            if (!ReferenceEquals(now, definition))
            {
                followed[reference] = now;
            }
        }

        return followed;
    }

    private static JsonObject WithObject(string type, JsonObject definition, Renaming renaming, bool isItself)
    {
        if (isItself)
        {
            definition = (JsonObject)definition.DeepClone();
            definition["name"] = renaming.To;
        }

        if (RoleResource.Types.Contains(renaming.Object.Type))
        {
            return Mapped(definition, (member, owner, text) =>
                text == renaming.From && (RoleNames.Contains(member) || (member == "name" && RoleResource.Types.Contains(type) && owner != definition)) ? renaming.To : text);
        }

        if (renaming.Object.Type == DatabaseResource.Type)
        {
            return WithDatabase(definition, renaming);
        }

        Func<QualifiedName, QualifiedName?>? rename = renaming.Object.Type switch
        {
            PublicationResource.Type => null,
            SchemaResource.Type => name => name.Schema == renaming.From ? name with { Schema = renaming.To } : null,
            RoutineResource.Function or RoutineResource.Procedure => Of(QualifiedName.Parse(renaming.Object.Identity[..renaming.Object.Identity.IndexOf('(', StringComparison.Ordinal)]), renaming.To),
            _ => Of(QualifiedName.Parse(renaming.Object.Identity), renaming.To),
        };
        return rename is null ? definition : Mapped(definition, (member, owner, text) => member switch
        {
            "schema" when renaming.Object.Type == SchemaResource.Type => text == renaming.From ? renaming.To : text,
            "table" or "references" or "owned_by" or "function" or "procedure" => Reference(text, rename),
            "name" when type == PublicationResource.Type && owner != definition => Reference(text, rename),
            "schemas" when renaming.Object.Type == SchemaResource.Type => text == renaming.From ? renaming.To : text,
            _ when Plain.Contains(member) || !text.Contains(renaming.From, StringComparison.OrdinalIgnoreCase) => text,
            _ => SqlRenaming.Rename(text, rename, qualifiers: member == "query"),
        });
    }

    /// <summary>Grants name databases, and settings of roles do by the names of their members.</summary>
    private static JsonObject WithDatabase(JsonObject definition, Renaming renaming)
    {
        const string Settings = "set_in_database";
        var followed = Mapped(definition, (member, _, text) => member == "database" && text == renaming.From ? renaming.To : text);
        if (followed[Settings]?[renaming.From] is { } settings)
        {
            followed = (JsonObject)followed.DeepClone();
            followed[Settings]!.AsObject().Remove(renaming.From);
            followed[Settings]![renaming.To] = settings.DeepClone();
        }

        return followed;
    }

    private static JsonObject WithColumn(string type, JsonObject definition, Renaming renaming, bool isItself)
    {
        var (table, from, to) = (renaming.Object.Identity, renaming.From, renaming.To);
        if (isItself)
        {
            definition = WithMember(definition, renaming);
        }

        var isAboutIt = isItself || (string?)definition["table"] == table;
        return Mapped(definition, (member, owner, text) =>
        {
            var isOfIt = isAboutIt || (type == PublicationResource.Type && (string?)owner["name"] == table);
            return member switch
            {
                "referenced_columns" => (string?)owner["references"] == table && text == from ? to : text,
                "name" when type == GrantResource.Type && isOfIt => text == from ? to : text,
                "owned_by" => text == $"{table}.{DottedName.Show(from)}" ? $"{table}.{DottedName.Show(to)}" : text,
                _ when !isOfIt => text,
                _ when ColumnNames.Contains(member) => text == from ? to : text,
                _ when Plain.Contains(member) || member is "type" or "query" || !text.Contains(from, StringComparison.OrdinalIgnoreCase) => text,
                _ => SqlRenaming.RenameColumn(text, from, to),
            };
        });
    }

    private static JsonObject WithMember(JsonObject definition, Renaming renaming)
    {
        var renamed = (JsonObject)definition.DeepClone();
        if ((renamed[renaming.Part!] as JsonArray ?? []).OfType<JsonObject>().FirstOrDefault(e => (string?)e["name"] == renaming.From) is { } element)
        {
            element["name"] = renaming.To;
        }

        return renamed;
    }

    private static Func<QualifiedName, QualifiedName?>? Of(QualifiedName? renamed, string to) =>
        renamed is { } old ? name => name == old ? old with { Name = to } : null : null;

    /// <summary><c>public.users</c>, <c>public.users.id</c>, <c>public.stamp()</c> with the object's new name.</summary>
    private static string Reference(string text, Func<QualifiedName, QualifiedName?> rename)
    {
        var arguments = text.IndexOf('(', StringComparison.Ordinal);
        var (named, rest) = arguments < 0 ? (text, "") : (text[..arguments], text[arguments..]);
        return DottedName.Split(named) is { Count: >= 2 } parts && rename(new QualifiedName(parts[0], parts[1])) is { } now
            ? string.Join('.', parts.Skip(2).Select(DottedName.Show).Prepend(now.ToString())) + rest
            : text;
    }

    /// <summary>The definition with every string in it mapped; the very same one when nothing came out differently.</summary>
    /// <param name="map">Given the member, or the member of the list, the object that it stands in, and the text.</param>
    private static JsonObject Mapped(JsonObject definition, Func<string, JsonObject, string, string> map)
    {
        JsonObject? changed = null;
        Walk(definition, []);
        return changed ?? definition;

        void Walk(JsonObject owner, IReadOnlyList<object> path)
        {
            foreach (var (member, value) in owner)
            {
                Visit(value, member, owner, [.. path, member]);
            }
        }

        void Visit(JsonNode? node, string member, JsonObject owner, IReadOnlyList<object> path)
        {
            switch (node)
            {
                case JsonObject inner:
                    Walk(inner, path);
                    break;
                case JsonArray list:
                    for (var index = 0; index < list.Count; index++)
                    {
                        Visit(list[index], member, owner, [.. path, index]);
                    }

                    break;
                case JsonValue value when value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is var text && map(member, owner, text) is var now && now != text:
                    changed ??= (JsonObject)definition.DeepClone();
                    Put(changed, path, now);
                    break;
            }
        }
    }

    private static void Put(JsonNode root, IReadOnlyList<object> path, string text)
    {
        var at = root;
        foreach (var step in path.Take(path.Count - 1))
        {
            at = step is int index ? at[index]! : at[(string)step]!;
        }

        if (path[^1] is int last)
        {
            at[last] = text;
        }
        else
        {
            at[(string)path[^1]] = text;
        }
    }
}
