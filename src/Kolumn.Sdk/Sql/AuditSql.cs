using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Sql;

/// <summary>
/// What audit tables of SQL databases share: the columns <see cref="Columns"/> beside a growing number <c>position</c>, and the
/// query for a page of them.
/// </summary>
public static class AuditSql
{
    /// <summary>In the order in which rows are read and entries are written.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["event_id", "event_type", "occurred_at", "actor", "source", "resource_type", "name", "action", "outcome", "details", "request_trace"];

    /// <summary>The entries as one JSON array of objects whose members are <see cref="Columns"/>, all of them texts.</summary>
    public static string ToJson(IReadOnlyList<AuditEntry> entries) => new JsonArray([.. entries.Select(entry =>
    {
        var address = ResourceAddress.TryParse(entry.Target, out var parsed) ? parsed : new ResourceAddress("", entry.Target);
        return (JsonNode)new JsonObject
        {
            ["event_id"] = entry.EventId,
            ["event_type"] = entry.EventType,
            ["occurred_at"] = Moment(entry.Timestamp),
            ["actor"] = entry.Actor,
            ["source"] = entry.Source,
            ["resource_type"] = address.Type,
            ["name"] = address.Name,
            ["action"] = entry.Action,
            ["outcome"] = entry.Outcome,
            ["details"] = entry.Details.ToJsonString(),
            ["request_trace"] = entry.RequestTrace,
        };
    })]).ToJsonString();

    /// <summary>The page's rows: position, then <see cref="Columns"/>.</summary>
    /// <param name="table">Quoted.</param>
    /// <param name="select">The columns as they are read, so that each is a text.</param>
    /// <param name="moment">A parameter that holds a moment as text, <c>{0}</c>, in the type of the column.</param>
    public static Statement Select(string table, string select, AuditQuery query, string moment = "{0}")
    {
        var parameters = new List<object?>();
        var conditions = new List<string>();
        Where("resource_type = {0}", query.ResourceType);
        Where("name = {0}", query.Name);
        Where("action = {0}", query.Action);
        Where("actor = {0}", query.Actor);
        Where("outcome = {0}", query.Outcome);
        Where("occurred_at >= " + moment, query.Since is { } since ? Moment(since) : null);
        Where("occurred_at < " + moment, query.Until is { } until ? Moment(until) : null);
        Where("position < {0}", query.Before);
        var where = conditions.Count > 0 ? $" WHERE {string.Join(" AND ", conditions)}" : "";
        return new Statement(string.Create(CultureInfo.InvariantCulture, $"SELECT position, {select} FROM {table}{where} ORDER BY position DESC LIMIT {query.Limit}"))
        {
            Parameters = parameters,
        };

        void Where(string condition, object? value)
        {
            if (value is not null)
            {
                parameters.Add(value);
                conditions.Add(string.Format(CultureInfo.InvariantCulture, condition, $"${parameters.Count}"));
            }
        }
    }

    /// <summary>A row of <see cref="Select"/>.</summary>
    public static StoredAuditEntry Read(DbDataReader row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new StoredAuditEntry(row.GetInt64(0), new AuditEntry
        {
            EventId = row.GetString(1),
            EventType = row.GetString(2),
            Timestamp = DateTimeOffset.Parse(row.GetString(3), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
            Actor = row.GetString(4),
            Source = row.GetString(5),
            Target = new ResourceAddress(row.GetString(6), row.GetString(7)).ToString(),
            Action = row.GetString(8),
            Outcome = row.GetString(9),
            Details = JsonNode.Parse(row.GetString(10)) as JsonObject ?? [],
            RequestTrace = row.IsDBNull(11) ? null : row.GetString(11),
        });
    }

    // Of one width, so that texts compare as the moments do. PostgreSQL keeps six digits of a second.
    /// <summary>To the microsecond, in UTC, so that text sorts as time does.</summary>
    internal static string Moment(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
