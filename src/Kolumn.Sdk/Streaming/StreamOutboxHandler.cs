using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Json;
using Kolumn.Protocol.Schema;
using Kolumn.Sdk.Sql;
using static Kolumn.Sdk.Streaming.StreamAttributes;

namespace Kolumn.Sdk.Streaming;

/// <summary>
/// Outboxes: <c>stream_outbox</c>. The table is what makes one exist; what cannot be seen in it is recorded beside it. Somebody who
/// takes a part of it away finds it among the differences, as <c>missing</c>.
/// </summary>
public sealed class StreamOutboxHandler<TSession>(IStreamDialect<TSession> dialect) : IResourceHandler<TSession>, IStatementHandler, IOwningHandler
    where TSession : IProviderSession
{
    private static readonly string[] Operations = ["insert", "update", "delete"];

    private readonly ICapturingDialect? _capturing = dialect as ICapturingDialect;

    public string Description => _capturing is null ? "An outbox: a collection of events." : "An outbox: a table of events, and tables whose changes become events in the same transaction.";

    public ObjectType Schema { get; } = new() { Attributes = Attributes(dialect is ICapturingDialect) };

    public JsonObject Describe(JsonObject config, DescribeContext context)
    {
        var reader = new StreamConfig(config, context, dialect.Names);
        var name = reader.Name("outbox");
        var table = reader.Text("table") ?? name;
        if (SqlIdentifier.FaultOf(table, dialect.MaxTableLength is { } length ? dialect.Names with { MaxIdentifierLength = length } : dialect.Names) is { } fault)
        {
            reader.Invalid("table", $"this cannot name the table of an outbox: {fault}", "Names of indexes and functions are made from it.");
        }

        if (reader["missing"] is not null)
        {
            reader.Invalid("missing", "missing cannot be set", "It tells what was found to be gone. Remove the line.");
        }

        if (reader["schema"] is not null && dialect.DefaultSchema is null)
        {
            reader.Invalid("schema", "this database has no schemas", "Remove the line.");
        }

        var outbox = new OutboxDefinition
        {
            Name = name,
            Schema = reader["schema"] is null ? dialect.DefaultSchema : reader.Reference("schema"),
            Table = table,
            Topic = reader.Text("topic"),
            RetentionDays = reader.Number("retention_days"),
            PartitionBy = reader.Choice("partition_by", OutboxPartitions.All),
        };
        return (outbox with { Capture = _capturing is null ? [] : Captures(reader, outbox, _capturing) }).ToJson();
    }

    public string IdentityOf(JsonObject definition) => (string)definition["name"]!;

    public IEnumerable<ObjectReference> Requires(JsonObject definition) => dialect.Requires(OutboxDefinition.Read(definition));

    public IEnumerable<ObjectReference> PartsOf(JsonObject definition) => dialect.PartsOf(OutboxDefinition.Read(definition));

    public async Task<IReadOnlyList<JsonObject>> ReadAsync(TSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken)
    {
        var recorded = await dialect.ReadRecordsAsync(session, StreamTypes.Outbox, identities, cancellationToken);
        var existing = recorded.Count == 0 ? [] : await dialect.ReadOutboxesAsync(session, [.. recorded.Select(OutboxDefinition.Read)], cancellationToken);
        return [.. existing.Select(outbox => outbox.ToJson())];
    }

    public JsonObject ToConfig(JsonObject definition)
    {
        var config = (JsonObject)definition.DeepClone();
        config.Remove("missing");
        Drop("schema", dialect.DefaultSchema);
        Drop("table", (string)definition["name"]!);
        foreach (var capture in (config["capture"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if ((capture["operations"] as JsonArray)?.Count == Operations.Length)
            {
                capture.Remove("operations");
            }

            if ((string?)capture["aggregate_type"] == _capturing?.PlainName((string)capture["table"]!))
            {
                capture.Remove("aggregate_type");
            }
        }

        return config;

        void Drop(string name, string? standard)
        {
            if ((string?)config[name] == standard)
            {
                config.Remove(name);
            }
        }
    }

    public IReadOnlyList<Statement> Create(JsonObject definition)
    {
        var outbox = OutboxDefinition.Read(definition);
        return [.. dialect.Create(outbox), .. Begin(outbox, outbox.Capture), .. dialect.Save(StreamTypes.Outbox, definition)];
    }

    /// <summary>What was delivered and what is still to be stays: only another table is another outbox.</summary>
    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired)
    {
        var (old, now) = (OutboxDefinition.Read(actual), OutboxDefinition.Read(desired));
        if (old.Schema != now.Schema || old.Table != now.Table)
        {
            return null;
        }

        var (ended, begun) = (Except(old, now), Except(now, old));
        return
        [
            .. old.Missing.Except(now.Missing, StringComparer.Ordinal).SelectMany(part => dialect.Repair(now, part)),
            .. End(old, ended),
            .. Begin(now, begun),
            .. dialect.Save(StreamTypes.Outbox, desired),
        ];
    }

    public IReadOnlyList<Statement> Drop(JsonObject definition)
    {
        var outbox = OutboxDefinition.Read(definition);
        return [.. End(outbox, outbox.Capture), .. dialect.Drop(outbox), dialect.Forget(StreamTypes.Outbox, outbox.Name)];
    }

    private IEnumerable<Statement> Begin(OutboxDefinition outbox, IEnumerable<CaptureDefinition> captures) => captures.SelectMany(capture => _capturing!.BeginCapture(outbox, capture));

    private IEnumerable<Statement> End(OutboxDefinition outbox, IEnumerable<CaptureDefinition> captures) => captures.SelectMany(capture => _capturing!.EndCapture(outbox, capture));

    private static Dictionary<string, AttributeSchema> Attributes(bool canCapture)
    {
        var attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The outbox's name, unique in the database; the resource's own name when left out."),
            ["schema"] = new() { Type = AttributeTypes.Any, Description = "Where its table is.", References = ["schema"] },
            ["table"] = Text("The name of its table; that of the outbox when left out."),
            ["topic"] = Text("The topic of events that name none."),
            ["retention_days"] = Number("How long OutboxCleanupRetention keeps delivered events; 7 when left out.", 0, 36500),
            ["partition_by"] = OneOf("What is delivered in order: key (each key, the aggregateid where there is none; the default), aggregatetype, or none: everything in one order.", OutboxPartitions.All),
            ["missing"] = Texts("Found in the database only: parts of the table that are gone and will be put back."),
        };
        if (canCapture)
        {
            attributes["capture"] = new()
            {
                Type = AttributeTypes.List,
                Description = "Tables whose changes become events.",
                Elem = Object("One of them.", new()
                {
                    ["table"] = Reference("The table: its name or the resource.", "table"),
                    ["key"] = Texts("The columns that make the event's aggregateid.", required: true),
                    ["operations"] = Texts("Of insert, update and delete; all of them when left out."),
                    ["columns"] = Texts("The columns that go into the payload; all of them when left out."),
                    ["aggregate_type"] = Text("The event's aggregatetype; the table's name when left out."),
                    ["topic"] = Text("The event's topic; that of the outbox when left out."),
                }),
            };
        }

        return attributes;
    }

    // The record's default topic stands in the triggers too.
    private static IEnumerable<CaptureDefinition> Except(OutboxDefinition from, OutboxDefinition other)
    {
        var known = other.Capture.Select(capture => Text(other, capture)).ToHashSet(StringComparer.Ordinal);
        return from.Capture.Where(capture => !known.Contains(Text(from, capture)));

        static string Text(OutboxDefinition outbox, CaptureDefinition capture) =>
            CanonicalJson.Hash((outbox with { Capture = [capture], Missing = [], RetentionDays = null, PartitionBy = null, Topic = null }).ToJson());
    }

    private List<CaptureDefinition> Captures(StreamConfig reader, OutboxDefinition outbox, ICapturingDialect capturing)
    {
        var captures = new List<CaptureDefinition>();
        var at = AttributePath.Of("capture");
        foreach (var (index, element) in (reader["capture"] as JsonArray ?? []).OfType<JsonObject>().Index())
        {
            var place = at.Element(index);
            if (element["table"] is not { } reference || capturing.TableOf(reference, reader.Context) is not { } table)
            {
                reader.Invalid(place.Member("table"), "this names no table", "Write its name, or refer to the resource.");
                continue;
            }

            var operations = StreamConfig.TextsOf(element, "operations").Select(o => o.ToLowerInvariant()).ToList();
            foreach (var unknown in operations.Except(Operations))
            {
                reader.Invalid(place.Member("operations"), $"\"{unknown}\" is no change of a row", $"It is one of {string.Join(", ", Operations)}.");
            }

            var capture = new CaptureDefinition
            {
                Table = table,
                Key = Columns(reader, element, "key", place),
                Operations = operations.Count == 0 ? Operations : [.. Operations.Where(operations.Contains)],
                Columns = Columns(reader, element, "columns", place),
                AggregateType = StreamConfig.TextOf(element, "aggregate_type") ?? capturing.PlainName(table),
                Topic = StreamConfig.TextOf(element, "topic") ?? outbox.Topic,
            };
            if (capturing.NeedsColumns && capture.Columns.Count == 0)
            {
                capture = capture with { Columns = capturing.ColumnsOf(reference, reader.Context) ?? [] };
                if (capture.Columns.Count == 0)
                {
                    reader.Invalid(place.Member("columns"), "the columns of this table are not known", "Name those that go into the payload, or refer to a table of this configuration.");
                }
            }

            if (capture.Key.Count == 0)
            {
                reader.Invalid(place.Member("key"), "at least one column makes the key", "Usually it is the primary key.");
            }

            if (captures.Exists(other => other.Table == table))
            {
                reader.Invalid(place.Member("table"), $"{table} is captured twice", "One capture per table: name all operations in it.");
            }

            captures.Add(capture);
        }

        return [.. captures.OrderBy(capture => capture.Table, StringComparer.Ordinal)];
    }

    private IReadOnlyList<string> Columns(StreamConfig reader, JsonObject element, string name, AttributePath place)
    {
        var columns = StreamConfig.TextsOf(element, name);
        foreach (var (column, fault) in columns.Select(c => (c, SqlIdentifier.FaultOf(c, dialect.Names))).Where(c => c.Item2 is not null))
        {
            reader.Invalid(place.Member(name), $"\"{column}\" cannot be a column: {fault}");
        }

        return columns;
    }
}
