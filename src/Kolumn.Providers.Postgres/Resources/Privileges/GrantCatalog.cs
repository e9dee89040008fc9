using System.Data.Common;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Routines;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Privileges;

/// <summary>Reads what roles may do with objects, of all kinds in one query.</summary>
internal static class GrantCatalog
{
    /// <summary>All that somebody has granted or revoked.</summary>
    public static async Task<IReadOnlyList<GrantDefinition>> ReadAllAsync(PostgresSession session, CancellationToken cancellationToken) =>
        [.. (await ReadObjectsAsync(session, null, cancellationToken)).SelectMany(one => one.Grantees.Select(one.RightsOf)).Where(grant => !grant.IsStandard)];

    /// <summary>Those that are asked for, as far as the objects exist, in their standard form as well.</summary>
    public static async Task<IReadOnlyList<GrantDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<(PrivilegeKind Kind, string Object, string To)> asked, CancellationToken cancellationToken)
    {
        var objects = (await ReadObjectsAsync(session, asked, cancellationToken)).ToDictionary(one => (one.Kind, one.Name));
        return [.. asked.Select(one => objects.GetValueOrDefault((one.Kind, one.Object))?.RightsOf(one.To)).OfType<GrantDefinition>()];
    }

    private static async Task<IReadOnlyCollection<AccessList>> ReadObjectsAsync(
        PostgresSession session, IReadOnlyCollection<(PrivilegeKind Kind, string Object, string To)>? asked, CancellationToken cancellationToken)
    {
        var names = asked?.Select(one => (one.Kind, Name: LookupOf(one.Kind, one.Object))).Where(one => one.Name is not null).Distinct().ToList();
        var objects = new OrderedDictionary<(PrivilegeKind, string), AccessList>();
        await session.ReadAsync(
            [CatalogQuery.Of(
                CatalogSql.Grants,
                names?.Select(one => one.Name!.Value).ToList(),
                row => Take(row, objects),
                names?.Select(one => one.Kind.Word).ToArray(),
                PostgresProvider.OwnSchema)],
            cancellationToken);
        return objects.Values;
    }

    private static QualifiedName? LookupOf(PrivilegeKind kind, string about) =>
        kind == PrivilegeKind.Schema || kind == PrivilegeKind.Database ? new QualifiedName("", about)
        : kind == PrivilegeKind.Function || kind == PrivilegeKind.Procedure ? RoutineNames.Parse(about)
        : QualifiedName.Parse(about);

    private static void Take(DbDataReader row, OrderedDictionary<(PrivilegeKind, string), AccessList> objects)
    {
        var kind = PrivilegeKind.Objects.Single(one => one.Word == row.GetString(0));
        var name = new QualifiedName(row.GetString(1), row.GetString(2));
        var shown = name.Schema.Length == 0 ? name.Name : row.IsDBNull(3) ? name.ToString() : RoutineNames.IdentityOf(name, row.List<string>(3));
        if (!objects.TryGetValue((kind, shown), out var about))
        {
            objects.Add((kind, shown), about = new AccessList(kind, shown, row.GetString(5)));
        }

        about.Add(row.Text(4), row.IsDBNull(6) ? null : [.. row.List<string>(6).Select(AclItem.Parse)], [.. row.List<string>(7).Select(AclItem.Parse)]);
    }

    /// <summary>The access control lists of an object and its columns.</summary>
    private sealed class AccessList(PrivilegeKind kind, string name, string owner)
    {
        private readonly Dictionary<string, IReadOnlyList<AclItem>> _columns = new(StringComparer.Ordinal);
        private IReadOnlyList<AclItem> _actual = [];
        private IReadOnlyList<AclItem> _standard = [];

        public PrivilegeKind Kind => kind;

        public string Name => name;

        public IEnumerable<string> Grantees =>
            _actual.Where(IsOurs).Concat(_standard).Concat(_columns.Values.SelectMany(list => list).Where(IsOurs)).Select(item => item.Grantee).Distinct(StringComparer.Ordinal);

        /// <param name="column">null for the object itself.</param>
        /// <param name="actual">null while nobody has granted or revoked anything.</param>
        public void Add(string? column, List<AclItem>? actual, List<AclItem> standard)
        {
            if (column is not null)
            {
                _columns[column] = actual ?? [];
                return;
            }

            // What belonged to whoever made it belongs to the owner now.
            _standard = [.. standard.Select(item => item.Grantee == item.Grantor ? item with { Grantee = owner, Grantor = owner } : item with { Grantor = owner })];
            _actual = actual ?? _standard;
        }

        public GrantDefinition RightsOf(string to) => GrantDefinition.Of(kind, name, to) with
        {
            Privileges = Of(_actual, to).Privileges,
            WithGrantOption = Of(_actual, to).Grantable,
            Standard = Of(_standard, to).Privileges,
            Columns =
            [
                .. _columns.Select(column => new ColumnRights { Name = column.Key, Privileges = Of(column.Value, to).Privileges, WithGrantOption = Of(column.Value, to).Grantable })
                    .Where(column => column.Privileges.Count > 0)
                    .OrderBy(column => column.Name, StringComparer.Ordinal),
            ],
        };

        // What somebody else has passed on is that one's to take back.
        private bool IsOurs(AclItem item) => item.Grantor == owner;

        private AclItem Of(IReadOnlyList<AclItem> list, string to) => list.FirstOrDefault(item => item.Grantee == to && IsOurs(item)) ?? new AclItem(to, [], [], owner);
    }
}
