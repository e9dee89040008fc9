using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Kolumn.Sdk.Sql;

/// <summary>What the ledgers of SQL databases share: the columns <see cref="Columns"/> beside <c>quarantined_at</c> and <c>expires_at</c>, all of them texts.</summary>
public static class QuarantineSql
{
    /// <summary>In the order of <see cref="Values"/>.</summary>
    public const string Columns = "id, resource_type, name, identity, location, part_of, definition, actor";

    public static IReadOnlyList<object?> Values(QuarantineEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return [entry.Id, entry.ResourceType, entry.Name, entry.Identity, entry.Location, entry.PartOf, entry.Definition.ToJsonString(), entry.Actor];
    }

    /// <summary>A row of <see cref="Columns"/>, then the two moments.</summary>
    public static QuarantineEntry Read(DbDataReader row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new QuarantineEntry
        {
            Id = row.GetString(0),
            ResourceType = row.GetString(1),
            Name = row.GetString(2),
            Identity = row.GetString(3),
            Location = row.IsDBNull(4) ? null : row.GetString(4),
            PartOf = row.IsDBNull(5) ? null : row.GetString(5),
            Definition = JsonNode.Parse(row.GetString(6)) as JsonObject ?? [],
            Actor = row.GetString(7),
            QuarantinedAt = Moment(row.GetString(8)),
            ExpiresAt = Moment(row.GetString(9)),
        };
    }

    private static DateTimeOffset Moment(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
