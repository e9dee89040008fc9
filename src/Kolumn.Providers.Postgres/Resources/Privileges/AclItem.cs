using System.Collections.Frozen;
using System.Text;

namespace Kolumn.Providers.Postgres.Resources.Privileges;

/// <summary>
/// One entry of an access control list, <c>app=arw*/owner</c>: PostgreSQL manual, 5.8 Privileges.
/// </summary>
/// <param name="Grantee">A role, or <see cref="Everybody"/>.</param>
/// <param name="Privileges">Words such as <c>select</c>, sorted.</param>
/// <param name="Grantable">Those of them that it may pass on, sorted.</param>
/// <param name="Grantor">Who has granted them.</param>
internal sealed record AclItem(string Grantee, IReadOnlyList<string> Privileges, IReadOnlyList<string> Grantable, string Grantor)
{
    /// <summary>No role can be called that.</summary>
    public const string Everybody = "public";

    private static readonly FrozenDictionary<char, string> Words = new Dictionary<char, string>
    {
        ['r'] = "select",
        ['a'] = "insert",
        ['w'] = "update",
        ['d'] = "delete",
        ['D'] = "truncate",
        ['x'] = "references",
        ['t'] = "trigger",
        ['X'] = "execute",
        ['U'] = "usage",
        ['C'] = "create",
        ['c'] = "connect",
        ['T'] = "temporary",
        ['m'] = "maintain",
    }.ToFrozenDictionary();

    /// <param name="item">As the server writes it.</param>
    public static AclItem Parse(string item)
    {
        var at = 0;
        var grantee = Name(item, ref at, '=');
        var (privileges, grantable) = (new SortedSet<string>(StringComparer.Ordinal), new SortedSet<string>(StringComparer.Ordinal));
        for (at++; at < item.Length && item[at] != '/'; at++)
        {
            if (item[at] == '*')
            {
                grantable.Add(Word(item[at - 1]));
            }
            else
            {
                privileges.Add(Word(item[at]));
            }
        }

        at++;
        return new AclItem(grantee.Length == 0 ? Everybody : grantee, [.. privileges], [.. grantable], Name(item, ref at, '\0'));
    }

    private static string Word(char letter) => Words.TryGetValue(letter, out var word) ? word : throw new InvalidOperationException($"PostgreSQL has a privilege '{letter}' that is not known here.");

    // In double quotes where it is not plain, those inside it doubled.
    private static string Name(string item, ref int at, char end)
    {
        var name = new StringBuilder();
        var quoted = false;
        for (; at < item.Length && (quoted || item[at] != end); at++)
        {
            if (item[at] != '"')
            {
                name.Append(item[at]);
            }
            else if (quoted && at + 1 < item.Length && item[at + 1] == '"')
            {
                name.Append('"');
                at++;
            }
            else
            {
                quoted = !quoted;
            }
        }

        return name.ToString();
    }
}
