using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Publications;

/// <summary>Publications as SQL: PostgreSQL manual, CREATE PUBLICATION and ALTER PUBLICATION.</summary>
internal static class PublicationSql
{
    public static Statement Create(PublicationDefinition publication)
    {
        var objects = publication.AllTables ? "ALL TABLES" : Objects(publication, whole: true);
        var options = Options(new PublicationDefinition { Name = publication.Name }, publication);
        return new Statement($"CREATE PUBLICATION {publication.Sql.Name}{(objects.Length == 0 ? "" : $" FOR {objects}")}{(options.Length == 0 ? "" : $" WITH ({options})")}")
        {
            Locks = Locks(publication),
        };
    }

    /// <returns>null when a publication for all tables becomes one for some, or the other way round.</returns>
    public static Statement[]? Changes(PublicationDefinition actual, PublicationDefinition desired)
    {
        if (actual.AllTables != desired.AllTables)
        {
            return null;
        }

        var (before, after) = (Objects(actual, whole: true), Objects(desired, whole: true));
        var options = Options(actual, desired);
        return
        [
            .. before == after ? [] : new[] { new Statement($"ALTER PUBLICATION {desired.Sql.Name} {(after.Length == 0 ? $"DROP {Objects(actual, whole: false)}" : $"SET {after}")}") { Locks = Locks(actual, desired) } },
            .. options.Length == 0 ? [] : new[] { new Statement($"ALTER PUBLICATION {desired.Sql.Name} SET ({options})") },
        ];
    }

    /// <param name="whole">With columns and conditions.</param>
    private static string Objects(PublicationDefinition publication, bool whole) => string.Join(", ",
    [
        .. publication.Tables.Count == 0 ? [] : new[] { "TABLE " + string.Join(", ", publication.Tables.Select(table => whole ? Table(table) : table.Table.Quoted)) },
        .. publication.Schemas.Count == 0 ? [] : new[] { "TABLES IN SCHEMA " + SqlIdentifier.QuoteAll(publication.Schemas) },
    ]);

    private static ObjectLock[] Locks(params IEnumerable<PublicationDefinition> publications) =>
        [.. publications.SelectMany(one => one.Tables).Select(table => table.Table).Distinct().Select(table => TableLock.ShareUpdateExclusive.On(table))];

    private static string Table(PublishedTable table) =>
        table.Table.Quoted + (table.Columns.Count == 0 ? "" : $" ({SqlIdentifier.QuoteAll(table.Columns)})") + (table.Where is null ? "" : $" WHERE ({table.Where})");

    private static string Options(PublicationDefinition actual, PublicationDefinition desired) => string.Join(", ",
    [
        .. actual.Publish.SequenceEqual(desired.Publish) ? []
            : new[] { $"publish = {SqlLiteral.Quote(string.Join(", ", desired.Publish.Count == 0 ? PublicationResource.Operations : desired.Publish))}" },
        .. actual.ViaPartitionRoot == desired.ViaPartitionRoot ? [] : new[] { $"publish_via_partition_root = {(desired.ViaPartitionRoot ? "true" : "false")}" },
    ]);
}
