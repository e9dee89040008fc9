using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using Kolumn.Providers.MySql.Database;
using Kolumn.Providers.MySql.Resources.Accounts;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.MySql.Resources.Privileges;

/// <summary>
/// Reads what accounts may do from the server's own tables: what information_schema tells of a role is what it has from other roles as well. Six queries, however
/// many grants there are.
/// </summary>
internal static class GrantCatalog
{
    /// <param name="lookups">Whose; null for everybody's on the connection's database, or on all where it has none.</param>
    public static async Task<IReadOnlyList<GrantDefinition>> ReadAsync(MySqlSession session, IReadOnlyCollection<MySqlAccount>? lookups, CancellationToken cancellationToken)
    {
        var reading = new Reading(session, onlyDatabase: lookups is null ? session.Database : null);
        var whose = lookups is null ? "TRUE" : lookups.Count == 0 ? "FALSE" : $"User IN ({string.Join(", ", lookups.Select(account => MySqlText.Quote(account.Name)).Distinct(StringComparer.Ordinal))})";
        if (!session.Server.IsMariaDb)
        {
            await session.ReadAsync([new CatalogQuery(new Statement("SELECT User FROM mysql.user WHERE Host = '%' AND account_locked = 'Y' AND password_expired = 'Y' AND authentication_string = ''"), reading.Role)], cancellationToken);
        }

        await session.ReadAsync(
            [
                .. reading.OnlyDatabase is not null ? [] : session.Server.IsMariaDb
                    ? new[] { new CatalogQuery(new Statement($"SELECT Host, User, Priv FROM mysql.global_priv WHERE {whose}"), reading.Global) }
                    :
                    [
                        new CatalogQuery(new Statement($"SELECT * FROM mysql.user WHERE {whose}"), row => Reading.Flags(row, reading.Of(row, GrantDefinition.Server, GrantDefinition.Everything))),
                        new CatalogQuery(new Statement($"SELECT HOST AS Host, USER AS User, PRIV FROM mysql.global_grants WHERE {whose}"), reading.Dynamic),
                    ],
                new CatalogQuery(new Statement($"SELECT * FROM mysql.db WHERE {whose}"), row => Reading.Flags(row, reading.OfDatabase(row))),
                new CatalogQuery(new Statement($"SELECT Host, User, Db, Table_name, CAST(Table_priv AS CHAR) FROM mysql.tables_priv WHERE {whose}"), row => reading.Set(row, "table", 4)),
                new CatalogQuery(new Statement($"SELECT Host, User, Db, Table_name, Column_name, CAST(Column_priv AS CHAR) FROM mysql.columns_priv WHERE {whose}"), reading.Column),
                new CatalogQuery(new Statement($"SELECT Host, User, Db, Routine_name, CAST(Proc_priv AS CHAR), CAST(Routine_type AS CHAR) FROM mysql.procs_priv WHERE {whose}"), row => reading.Set(row, row.GetString(5).ToLowerInvariant(), 4)),
            ],
            cancellationToken);
        return reading.Definitions();
    }

    /// <summary>The rows on their way into definitions.</summary>
    private sealed class Reading(MySqlSession session, string? onlyDatabase)
    {
        private readonly Dictionary<(string To, string Kind, string Name), Rights> _found = [];
        private readonly HashSet<string> _roles = new(StringComparer.Ordinal);

        public string? OnlyDatabase => onlyDatabase;

        public void Role(DbDataReader row) => _roles.Add(row.GetString(0));

        public void Global(DbDataReader row)
        {
            var access = JsonNode.Parse(row.GetString(2))?["access"]?.ToString();
            Of(row, GrantDefinition.Server, GrantDefinition.Everything)?.Add(PrivilegeWords.OfBits(ulong.TryParse(access, CultureInfo.InvariantCulture, out var bits) ? bits : 0));
        }

        public void Dynamic(DbDataReader row) => Of(row, GrantDefinition.Server, GrantDefinition.Everything)?.Add([PrivilegeWords.Word(row.GetString(2))]);

        /// <summary>A column for each privilege.</summary>
        public static void Flags(DbDataReader row, Rights? rights) => rights?.Add(
            Enumerable.Range(0, row.FieldCount).Where(at => PrivilegeWords.OfColumn(row.GetName(at)) is not null && row.Text(at) == "Y").Select(at => PrivilegeWords.OfColumn(row.GetName(at))!));

        public void Set(DbDataReader row, string kind, int column) => OfObject(row, kind)?.Add(Words(row.Text(column)));

        public void Column(DbDataReader row)
        {
            if (OfObject(row, "table") is { } rights)
            {
                rights.Columns[row.GetString(4)] = [.. Words(row.Text(5)).Order(StringComparer.Ordinal)];
            }
        }

        public Rights? OfDatabase(DbDataReader row)
        {
            var pattern = row.GetString(row.GetOrdinal("Db"));
            return GrantDefinition.NameOf(pattern) is { } name ? IsAsked(name) ? Of(row, "schema", name) : null
                : IsAsked(pattern) ? Of(row, "pattern", pattern) : null;
        }

        /// <summary>null for accounts of the server's own.</summary>
        public Rights? Of(DbDataReader row, string kind, string name)
        {
            var (user, host) = (row.GetString(row.GetOrdinal("User")), row.GetString(row.GetOrdinal("Host")));
            if (user.Length == 0 || AccountResource.IsSystem(user, isRole: false))
            {
                return null;
            }

            var to = new MySqlAccount(user, host.Length == 0 || (host == MySqlAccount.AnyHost && _roles.Contains(user)) ? null : host).ToString();
            return _found.TryGetValue((to, kind, name), out var known) ? known : _found[(to, kind, name)] = new Rights();
        }

        public IReadOnlyList<GrantDefinition> Definitions() => [.. _found.Where(one => !one.Value.IsEmpty).Select(one => Definition(one.Key, one.Value)).OrderBy(grant => grant.Identity, StringComparer.Ordinal)];

        private Rights? OfObject(DbDataReader row, string kind)
        {
            var database = row.GetString(2);
            return IsAsked(database) ? Of(row, kind, session.Names.Name(database, row.GetString(3)).ToString()) : null;
        }

        private bool IsAsked(string database) => onlyDatabase is null ? !database.StartsWith(MySqlProvider.OwnSchema, StringComparison.Ordinal) : database == onlyDatabase;

        private static IEnumerable<string> Words(string? set) => (set ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(PrivilegeWords.Word);

        private static GrantDefinition Definition((string To, string Kind, string Name) key, Rights rights) => new()
        {
            To = key.To,
            Global = key.Kind == GrantDefinition.Server ? true : null,
            Schema = key.Kind == "schema" ? key.Name : null,
            Pattern = key.Kind == "pattern" ? key.Name : null,
            Table = key.Kind == "table" ? key.Name : null,
            Function = key.Kind == "function" ? key.Name : null,
            Procedure = key.Kind == "procedure" ? key.Name : null,
            Privileges = [.. rights.Words.Where(word => word != PrivilegeWords.GrantOption)],
            WithGrantOption = rights.Words.Contains(PrivilegeWords.GrantOption),
            Columns = [.. rights.Columns.Where(column => column.Value.Count > 0).Select(column => new ColumnRights { Name = column.Key, Privileges = column.Value })],
        };
    }

    private sealed class Rights
    {
        public SortedSet<string> Words { get; } = new(StringComparer.Ordinal);

        public SortedDictionary<string, IReadOnlyList<string>> Columns { get; } = new(StringComparer.Ordinal);

        public bool IsEmpty => Words.Count == 0 && Columns.Values.All(words => words.Count == 0);

        public void Add(IEnumerable<string> words) => Words.UnionWith(words);
    }
}
