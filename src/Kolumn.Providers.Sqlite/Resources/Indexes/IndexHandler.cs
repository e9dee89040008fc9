using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Sqlite.Database;
using Kolumn.Providers.Sqlite.Ddl;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Sqlite.Resources.Indexes;

/// <summary>Indexes: <c>sqlite_index</c>. Those that SQLite makes for keys and unique constraints belong to their table.</summary>
internal sealed class IndexHandler : IResourceHandler<SqliteSession>, IStatementHandler, INormalizingHandler<SqliteSession>, IRenamingHandler, IAccompanyingHandler
{
    public string Description => "An index on columns or expressions of a table.";

    public ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Attributes.Name("index"),
            ["table"] = Attributes.Any("The table: its name or the resource.", required: true) with { References = ["table"] },
            ["columns"] = Attributes.ListOf(Attributes.Any("A column's name, or {column, expression, collation, order}."), "What is indexed, in this order.", required: true),
            ["unique"] = Attributes.Flag("Whether each value occurs once."),
            ["where"] = Attributes.Text("The condition of a partial index."),
        },
    };

    public JsonObject Describe(JsonObject config, DescribeContext context)
    {
        var reading = new ConfigReading(context);
        var columns = config.Items("columns").Select((item, index) => Column(reading, item, AttributePath.Of("columns").Element(index))).ToList();
        if (columns.Count == 0)
        {
            reading.Error(AttributePath.Of("columns"), "an index needs a column", null);
        }

        return IndexJson.ToJson(new IndexDefinition
        {
            Name = reading.ObjectName(config, AttributePath.Of("name")),
            Table = reading.Reference(config["table"], AttributePath.Of("table")).Table,
            Columns = columns,
            Unique = config.IsSet("unique"),
            Where = config.Text("where") is { } where ? reading.Expression(where, AttributePath.Of("where")) : null,
        });
    }

    public string IdentityOf(JsonObject definition) => SqliteName.Fold(definition.Text("name")!);

    public IEnumerable<ObjectReference> Requires(JsonObject definition) => [new ObjectReference("table", SqliteName.Fold(definition.Text("table")!))];

    public async Task<IReadOnlyList<JsonObject>> ReadAsync(SqliteSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken)
    {
        var entries = await session.ReadAsync(SchemaCatalog.Entries, cancellationToken);
        return [.. SchemaCatalog.Read(entries, "index", identities, entry => IndexDdl.Read(entry.Sql) with { Name = entry.Name, Table = entry.Table }).Select(IndexJson.ToJson)];
    }

    public JsonObject ToConfig(JsonObject definition)
    {
        var config = (JsonObject)definition.DeepClone();
        config["table"] = JsonMembers.ToReference(definition.Text("table")!);
        return config;
    }

    public IReadOnlyList<Statement> Create(JsonObject definition) => [new Statement(IndexJson.FromJson(definition).ToSql())];

    public bool IsPartOf(JsonObject definition, ObjectReference owner) => owner == new ObjectReference("table", SqliteName.Fold(definition.Text("table")!));

    /// <summary>SQLite renames tables and columns alone.</summary>
    public IReadOnlyList<Statement>? Rename(JsonObject definition, Renaming renaming) => null;

    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired) => [.. Drop(actual), .. Create(desired)];

    /// <summary>A rebuild of its table may have dropped it before: <see cref="Tables.TableChanges.IndexLoss"/>.</summary>
    public IReadOnlyList<Statement> Drop(JsonObject definition) => [new Statement($"DROP INDEX IF EXISTS {SqlIdentifier.Quote(definition.Text("name")!)}")];

    public Task<IReadOnlyList<NormalizedDefinition>> NormalizeAsync(
        SqliteSession session, IReadOnlyList<JsonObject> definitions, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all, CancellationToken cancellationToken) =>
        SpelledAsExisting.NormalizeAsync(this, "index", definition => IndexJson.FromJson(definition).Meaning, session, definitions, all, cancellationToken);

    private static IndexColumn Column(ConfigReading reading, JsonNode item, AttributePath path)
    {
        if (item is not JsonObject config)
        {
            return item.GetValueKind() == JsonValueKind.String
                ? new IndexColumn { Column = reading.Name(item.GetValue<string>(), path) }
                : Wrong(reading, path);
        }

        if (config.FirstOrDefault(member => member.Key is not ("name" or "column" or "expression" or "collation" or "order")).Key is { } unknown)
        {
            reading.Error(path.Member(unknown), $"there is no attribute \"{unknown}\"", "Known attributes: column, expression, collation, order.");
        }

        var column = new IndexColumn
        {
            Collation = reading.Collation(config, path),
            Descending = reading.Keyword(config, "order", path, "ASC", "DESC") == "DESC",
        };
        return (config.Text("column") ?? config.Text("name"), config.Text("expression")) switch
        {
            ({ } name, null) => column with { Column = reading.Name(name, path.Member("column")) },
            (null, { } expression) => column with { Expression = reading.Expression(expression, path.Member("expression")) },
            _ => Wrong(reading, path),
        };
    }

    private static IndexColumn Wrong(ConfigReading reading, AttributePath path)
    {
        reading.Error(path, "a column's name or an object with column or expression is expected", null);
        return new IndexColumn { Column = "" };
    }
}
