using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Resources.Roles;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.Postgres.Resources.Privileges;

/// <summary>What a user writes about privileges: words, <c>all</c>, and which of them may be passed on.</summary>
internal static class RightsReader
{
    private const string All = "all";

    public static AttributeSchema To { get; } = Reference("Who gets them: a role, a user, or public for everybody.", RoleResource.Types, required: true);

    public static AttributeSchema Privileges { get; } = Names("Words such as select, or all. All that it has: others are taken away. An empty list is none at all.");

    public static AttributeSchema WithGrantOption { get; } = Any("Those that may be passed on: true for all of them, or a list. Default: none.");

    public static AttributeSchema Standard { get; } = Computed(AttributeTypes.List, "What it has before anybody grants or revokes.");

    public static string Grantee(ConfigReader reader) => reader.Named("to") ?? "";

    /// <returns>Sorted, of the kind's privileges.</returns>
    public static IReadOnlyList<string> ReadPrivileges(ConfigReader reader, PrivilegeKind kind) => Read(reader, "privileges", kind, kind.All);

    /// <param name="privileges">Those that are granted.</param>
    public static IReadOnlyList<string> ReadGrantable(ConfigReader reader, PrivilegeKind kind, IReadOnlyList<string> privileges)
    {
        if (reader["with_grant_option"] is JsonValue value && value.TryGetValue<bool>(out var all))
        {
            return all ? privileges : [];
        }

        var grantable = Read(reader, "with_grant_option", kind, privileges);
        foreach (var absent in grantable.Except(privileges))
        {
            reader.Invalid("with_grant_option", $"{absent} cannot be passed on by who does not have it", "Write it among the privileges too.");
        }

        return grantable;
    }

    private static List<string> Read(ConfigReader reader, string attribute, PrivilegeKind kind, IReadOnlyList<string> all)
    {
        var words = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var word in reader.Names(attribute).Select(name => name.ToLowerInvariant() is "temp" ? "temporary" : name.ToLowerInvariant()))
        {
            if (word == All)
            {
                words.UnionWith(all);
            }
            else if (kind.Has(word))
            {
                words.Add(word);
            }
            else
            {
                reader.Invalid(attribute, $"'{ConfigReader.Shown(word)}' is no privilege on a {kind.Word}", $"There are {string.Join(", ", kind.All)}, and all.");
            }
        }

        return [.. words];
    }
}
