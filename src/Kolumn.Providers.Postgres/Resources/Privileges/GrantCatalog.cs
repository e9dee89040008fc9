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
        [.. (await ReadObjectsAsync(session, null, cancellationToken)).SelectMany(one => one.Grantees.Select(to => one.RightsOf(to))).Where(grant => !grant.IsStandard)];

    /// <summary>Those that are asked for, as far as the objects exist, in their standard form as well.</summary>
    public static async Task<IReadOnlyList<GrantDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<(PrivilegeKind Kind, string Object, string To)> asked, CancellationToken cancellationToken)
    {
        var objects = (await ReadObjectsAsync(session, asked, cancellationToken)).ToDictionary(one => (one.Kind, one.Name));
        return [.. asked.Select(one => objects.GetValueOrDefault((one.Kind, one.Object))?.RightsOf(one.To)).OfType<GrantDefinition>()];
    }

    /// <summary>
    /// For each object, what gives its rights to one that is made in its place: whoever has granted them, they come from the owner then. Default privileges
    /// may give others to what is made, so whoever gets something by them begins with nothing.
    /// </summary>
    public static async Task<IReadOnlyList<IReadOnlyList<Statement>>> RestoreAsync(
        PostgresSession session, PrivilegeKind kind, IReadOnlyList<(string From, string To, IReadOnlyCollection<string> Columns)> replaced, CancellationToken cancellationToken)
    {
        var byDefault = (await DefaultPrivilegesCatalog.ReadAsync(session, cancellationToken)).Select(one => one.To).Distinct(StringComparer.Ordinal).ToList();
        var asked = replaced.Select(one => (kind, one.From, "")).ToList();
        var objects = (await ReadObjectsAsync(session, asked, cancellationToken)).ToDictionary(one => one.Name);
        return [.. replaced.Select(one => objects.TryGetValue(one.From, out var list) ? Restore(list, one.To, one.Columns, byDefault) : [])];
    }

    private static IReadOnlyList<Statement> Restore(AccessList list, string name, IReadOnlyCollection<string> columns, List<string> byDefault)
    {
        var statements = new List<Statement>();
        foreach (var to in list.GranteesOfAll.Union(byDefault).ToList())
        {
            var had = list.RightsOf(to, ofAll: true);
            var desired = GrantDefinition.Of(list.Kind, name, to) with
            {
                Privileges = had.Privileges,
                WithGrantOption = had.WithGrantOption,
                Columns = [.. had.Columns.Where(column => columns.Contains(column.Name))],
            };
            var none = GrantDefinition.Of(list.Kind, name, to);
            statements.AddRange(byDefault.Contains(to)
                ? GrantSql.Between(none, desired).Prepend(GrantSql.RevokeAll(none))
                : GrantSql.Between(none with { Privileges = had.Standard }, desired));
        }

        return statements;
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

        public IEnumerable<string> Grantees => Items(ofAll: false).Select(item => item.Grantee).Distinct(StringComparer.Ordinal);

        public IEnumerable<string> GranteesOfAll => Items(ofAll: true).Select(item => item.Grantee).Distinct(StringComparer.Ordinal);

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

        /// <param name="ofAll">Whoever has granted them; else the owner alone, since what somebody else has passed on is that one's to take back.</param>
        public GrantDefinition RightsOf(string to, bool ofAll = false) => GrantDefinition.Of(kind, name, to) with
        {
            Privileges = Of(_actual, to, ofAll).Privileges,
            WithGrantOption = Of(_actual, to, ofAll).Grantable,
            Standard = Of(_standard, to, ofAll).Privileges,
            Columns =
            [
                .. _columns.Select(column => (column.Key, Item: Of(column.Value, to, ofAll)))
                    .Select(column => new ColumnRights { Name = column.Key, Privileges = column.Item.Privileges, WithGrantOption = column.Item.Grantable })
                    .Where(column => column.Privileges.Count > 0)
                    .OrderBy(column => column.Name, StringComparer.Ordinal),
            ],
        };

        private IEnumerable<AclItem> Items(bool ofAll) =>
            _actual.Concat(_columns.Values.SelectMany(list => list)).Where(item => ofAll || item.Grantor == owner).Concat(_standard);

        private AclItem Of(IReadOnlyList<AclItem> list, string to, bool ofAll)
        {
            var items = list.Where(item => item.Grantee == to && (ofAll || item.Grantor == owner)).ToList();
            return new AclItem(to, Union(items.SelectMany(item => item.Privileges)), Union(items.SelectMany(item => item.Grantable)), owner);
        }

        private static List<string> Union(IEnumerable<string> words) => [.. words.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }
}
