using System.Data.Common;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Routines;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Databases;

/// <summary>Reads databases with their settings in one query.</summary>
internal static class DatabaseCatalog
{
    /// <summary>What pg_database.datconnlimit says of a database whose drop was interrupted.</summary>
    private const int InvalidLimit = -2;

    private const string Encodings = "SELECT e.word, pg_catalog.pg_encoding_to_char(pg_catalog.pg_char_to_encoding(e.word))::text FROM unnest($1::text[]) AS e (word)";

    /// <param name="lookups">Null for all, as far as the connection is to the database that is there for that.</param>
    public static async Task<IReadOnlyList<DatabaseDefinition>> ReadAsync(PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, CancellationToken cancellationToken)
    {
        var found = new List<DatabaseDefinition>();
        await session.ReadAsync([CatalogQuery.Of(CatalogSql.Databases, lookups, row => found.Add(Database(row)))], cancellationToken);
        return found;
    }

    /// <summary>How the server calls encodings, by how somebody else does; those that it does not know are missing.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> SpellEncodingsAsync(PostgresSession session, IReadOnlyCollection<string> encodings, CancellationToken cancellationToken)
    {
        var spelled = new Dictionary<string, string>(StringComparer.Ordinal);
        if (encodings.Count > 0)
        {
            await session.ReadAsync(
                [new CatalogQuery(new Statement(Encodings) { Parameters = [encodings.ToArray()] }, row => spelled[row.GetString(0)] = row.GetString(1))], cancellationToken);
        }

        return spelled.Where(one => one.Value.Length > 0).ToDictionary(StringComparer.Ordinal);
    }

    private static DatabaseDefinition Database(DbDataReader row) => new()
    {
        Name = row.GetString(0),
        Owner = row.GetString(1),
        Encoding = row.GetString(2),
        LcCollate = row.GetString(3),
        LcCtype = row.GetString(4),
        LocaleProvider = row.GetString(5),
        ProviderLocale = row.Text(6),
        ConnectionLimit = row.GetInt32(7) is var limit and >= 0 ? limit : null,
        Invalid = row.GetInt32(7) == InvalidLimit,
        AllowConnections = row.GetBoolean(8) ? null : false,
        IsTemplate = row.GetBoolean(9),
        Tablespace = row.GetString(10),
        Set = RoutineSettings.Read(row.List<string>(11)),
        Comment = row.Text(12),
    };
}
