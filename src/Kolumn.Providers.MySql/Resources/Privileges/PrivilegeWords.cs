using Kolumn.Providers.MySql.Database;
using Kolumn.Sdk;

namespace Kolumn.Providers.MySql.Resources.Privileges;

/// <summary>What the server calls privileges, and what all of them are: https://mariadb.com/kb/en/grant/#privilege-levels.</summary>
/// <param name="known">All that there are.</param>
internal sealed class PrivilegeWords(IReadOnlySet<string> known)
{
    private static readonly string[] NotGlobal = ["grant option", "proxy", "usage"];

    private static readonly string[] OfTables = ["alter", "create", "create view", "delete", "delete history", "drop", "index", "insert", "references", "select", "show view", "trigger", "update"];

    private static readonly string[] OfSchemas = [.. OfTables, "alter routine", "create routine", "create temporary tables", "event", "execute", "lock tables", "show create routine"];

    private static readonly string[] OfRoutines = ["alter routine", "execute", "show create routine"];

    /// <summary>MariaDB's numbers of global privileges: privilege.h, in the order of its bits. The grant option is one of them.</summary>
    private static readonly string[] Bits =
    [
        "select", "insert", "update", "delete", "create", "drop", "reload", "shutdown", "process", "file", GrantOption, "references", "index", "alter", "show databases", "super",
        "create temporary tables", "lock tables", "execute", "replication slave", "binlog monitor", "create view", "show view", "create routine", "alter routine", "create user", "event",
        "trigger", "create tablespace", "delete history", "set user", "federated admin", "connection admin", "read_only admin", "replication slave admin", "replication master admin",
        "binlog admin", "binlog replay", "slave monitor", "show create routine",
    ];

    /// <summary>Columns of the server's tables that are not called after their privilege.</summary>
    private static readonly Dictionary<string, string> Columns = new(StringComparer.Ordinal)
    {
        ["grant"] = GrantOption, ["create tmp table"] = "create temporary tables", ["show db"] = "show databases", ["repl slave"] = "replication slave", ["repl client"] = "replication client",
        ["delete versioning rows"] = "delete history",
    };

    public const string GrantOption = "grant option";

    public static async Task<PrivilegeWords> ReadAsync(MySqlSession session, CancellationToken cancellationToken)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        await session.ReadAsync([new CatalogQuery(new Statement("SHOW PRIVILEGES"), row => words.Add(Word(row.GetString(0))))], cancellationToken);
        return new PrivilegeWords(words);
    }

    /// <summary>A privilege as SHOW PRIVILEGES, a set in a table or a column of one names it.</summary>
    public static string Word(string name) => name.Trim().ToLowerInvariant() is var word && Columns.TryGetValue(word, out var usual) ? usual : word == "delete versioning rows" ? "delete history" : word;

    /// <summary>Of a column <c>Create_view_priv</c>; null for any other.</summary>
    public static string? OfColumn(string column) => column.EndsWith("_priv", StringComparison.Ordinal) ? Word(column[..^"_priv".Length].Replace('_', ' ')) : null;

    /// <summary>Those that a number of MariaDB's holds.</summary>
    public static IEnumerable<string> OfBits(ulong access) => Bits.Where((_, bit) => (access & (1UL << bit)) != 0);

    public IReadOnlyList<string> Expand(IReadOnlyList<string> privileges, string kind) => !privileges.Contains(GrantDefinition.All) ? privileges : kind switch
    {
        GrantDefinition.Server => [.. known.Except(NotGlobal).Order(StringComparer.Ordinal)],
        "schema" or "pattern" => [.. OfSchemas.Where(known.Contains).Order(StringComparer.Ordinal)],
        "table" => [.. OfTables.Where(known.Contains).Order(StringComparer.Ordinal)],
        _ => [.. OfRoutines.Where(known.Contains).Order(StringComparer.Ordinal)],
    };
}
