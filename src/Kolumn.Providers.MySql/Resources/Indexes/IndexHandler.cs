using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.MySql.Database;
using Kolumn.Providers.MySql.Resources.Tables;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.MySql.Resources.Indexes;

/// <summary>Indexes. What comes with a foreign key and what a table calls a unique constraint is found only by who asks for it.</summary>
internal sealed class IndexHandler : ObjectHandler<IndexDefinition>, IAccompanyingHandler, IObstructingHandler, IAssertingHandler<MySqlSession>, IRenamingHandler
{
    public override string Description => "An index of a table.";

    public override ObjectType Schema => IndexResource.Schema;

    public override string IdentityOf(JsonObject definition) => $"{(string?)definition["table"]}.{DottedName.Show((string)definition["name"]!)}";

    public bool IsPartOf(JsonObject definition, ObjectReference owner) => owner.Type == TableResource.Type && owner.Identity == (string?)definition["table"];

    /// <summary>
    /// A column that goes, for good or to come back with another source of values, takes its place in the index along, or is refused that; and what a column of
    /// a long type must have in an index another must not.
    /// </summary>
    public bool StandsInTheWay(JsonObject definition, ObjectReference changed, IReadOnlyDictionary<string, AttributeChange> changes)
    {
        var index = Format.Read<IndexDefinition>(definition);
        var gone = PartChanges.Named(changes, "columns", (attribute, change) => (attribute.Length == 0 && change.Action == ResourceActions.Delete) || attribute is "generated" or "stored");
        var retyped = PartChanges.Named(changes, "columns", (attribute, change) => attribute == "type" && (index.Method is not null || IsLong(change.OldValue) || IsLong(change.NewValue)));
        var keptShort = PartChanges.Named(changes, "columns", (attribute, _) => attribute == "type");
        return changed.Type == TableResource.Type && index.Columns.Any(part => gone.Contains(part.Column) || retyped.Contains(part.Column) || (part.Length is not null && keptShort.Contains(part.Column)));
    }

    public Task<IReadOnlyList<IReadOnlyList<Statement>>> AssertAsync(MySqlSession session, IReadOnlyList<AssertedChange> changes, CancellationToken cancellationToken) =>
        AlterAlgorithms.AssertAsync(session, [.. changes.Select(change => (MySqlName.Parse((string)change.Definition["table"]!)!.Value, change))], cancellationToken);

    public IReadOnlyList<Statement> Rename(JsonObject definition, Renaming renaming) =>
        [Alter(Format.Read<IndexDefinition>(definition), $"RENAME INDEX {MySqlName.Quote(renaming.From)} TO {MySqlName.Quote(renaming.To)}")];

    protected override IndexDefinition Describe(ConfigReader config) => IndexResource.Describe(config);

    protected override IEnumerable<ObjectReference> Needs(JsonObject definition) => [new ObjectReference(TableResource.Type, (string)definition["table"]!)];

    protected override MySqlName? LookupOf(string identity) => DottedName.Split(identity) switch
    {
        [var table, _] => new MySqlName(null, table),
        [var schema, var table, _] => new MySqlName(schema, table),
        _ => null,
    };

    protected override async Task<IReadOnlyList<IndexDefinition>> ReadAsync(
        MySqlSession session, IReadOnlyCollection<MySqlName>? lookups, SchemaNames names, CancellationToken cancellationToken)
    {
        var found = new Dictionary<(string, string, string), (IndexDefinition Index, List<IndexPart> Parts)>();
        await session.ReadAsync(
            [
                new CatalogQuery(
                    new Statement($"""
                        SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, NON_UNIQUE, INDEX_TYPE, INDEX_COMMENT, {(session.Server.IsMariaDb ? "IGNORED" : "IF(IS_VISIBLE = 'NO', 'YES', 'NO')")}, COLUMN_NAME, SUB_PART, COLLATION
                        FROM information_schema.STATISTICS
                        WHERE INDEX_NAME <> 'PRIMARY' AND COLUMN_NAME IS NOT NULL AND {CatalogScope.Of(session.Database, "TABLE_SCHEMA", "TABLE_NAME", lookups)}
                        ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX
                        """),
                    row =>
                    {
                        var key = (row.GetString(0), row.GetString(1), row.GetString(2));
                        var method = row.GetString(4).ToLowerInvariant() is var named && named is "fulltext" or "spatial" or "hash" ? named : null;
                        if (!found.TryGetValue(key, out var index))
                        {
                            index = found[key] = (
                                new IndexDefinition
                                {
                                    Name = key.Item3,
                                    Table = names.Name(key.Item1, key.Item2).ToString(),
                                    Unique = row.Number(3) == 0,
                                    Method = method,
                                    Invisible = row.Flag(6),
                                    Comment = row.Text(5) is { Length: > 0 } comment ? comment : null,
                                },
                                []);
                        }

                        // A spatial index has a length that nobody can choose.
                        index.Parts.Add(new IndexPart { Column = row.GetString(7), Length = method == "spatial" ? null : (int?)row.Number(8), Order = row.Text(9) == "D" ? "desc" : null });
                    }),
            ],
            cancellationToken);
        var hidden = lookups is null ? await ForeignKeysAsync(session, names, cancellationToken) : null;
        return [.. found.Values.Select(rows => rows.Index with { Columns = rows.Parts }).Where(index => lookups is not null || !(index.Unique || IsOfForeignKey(index, hidden![index.Table])))];
    }

    protected override JsonObject ToConfig(IndexDefinition definition) => IndexResource.ToConfig(definition);

    protected override IEnumerable<Statement> Create(IndexDefinition definition) => [Alter(definition, "ADD " + Definition(definition))];

    /// <summary>Whether queries use it changes in place; anything else replaces it in one statement, so that there is one at any moment.</summary>
    protected override IEnumerable<Statement> Alter(IndexDefinition actual, IndexDefinition desired) =>
        DefinitionJson.AreEqual(actual with { Invisible = desired.Invisible }, desired)
            ? [Alter(desired, $"ALTER INDEX {MySqlName.Quote(desired.Name)} {Visibility(desired.Invisible)}")]
            : [Alter(desired, $"DROP INDEX {MySqlName.Quote(actual.Name)}, ADD {Definition(desired)}")];

    protected override IEnumerable<Statement> Drop(IndexDefinition definition) => [Alter(definition, $"DROP INDEX {MySqlName.Quote(definition.Name)}")];

    private static bool IsLong(JsonNode? type) => type is JsonValue value && value.TryGetValue<string>(out var name) && ColumnType.IsLong(name);

    private static Statement Alter(IndexDefinition index, string change) => new($"ALTER TABLE {index.TableName.Quoted} {change}");

    private static string Definition(IndexDefinition index)
    {
        var kind = index.Method is "fulltext" or "spatial" ? index.Method.ToUpperInvariant() + " INDEX" : index.Unique ? "UNIQUE INDEX" : "INDEX";
        var parts = index.Columns.Select(part => $"{MySqlName.Quote(part.Column)}{(part.Length is { } length ? FormattableString.Invariant($"({length})") : "")}{(part.Order == "desc" ? " DESC" : "")}");
        return $"{kind} {MySqlName.Quote(index.Name)} ({string.Join(", ", parts)}){(index.Method == "hash" ? " USING HASH" : "")}{(index.Comment is { } comment ? " COMMENT " + MySqlText.Quote(comment) : "")}{(index.Invisible ? " " + Visibility(true) : "")}";
    }

    /// <summary>Each server runs the word that it knows and takes the other for a comment.</summary>
    private static string Visibility(bool invisible) => invisible ? "/*M! IGNORED *//*!80000 INVISIBLE */" : "/*M! NOT IGNORED *//*!80000 VISIBLE */";

    /// <summary>An index that the server made for a foreign key is called after it, or after its first column.</summary>
    private static bool IsOfForeignKey(IndexDefinition index, IEnumerable<(string Name, List<string> Columns)> keys) =>
        index is { Method: null, Invisible: false, Comment: null } && keys.Any(key =>
            (index.Name == key.Name || index.Name == key.Columns[0]) && index.Columns.SequenceEqual(key.Columns.Select(column => new IndexPart { Column = column })));

    private static async Task<ILookup<string, (string Name, List<string> Columns)>> ForeignKeysAsync(MySqlSession session, SchemaNames names, CancellationToken cancellationToken)
    {
        var keys = new Dictionary<(string Table, string Name), List<string>>();
        await session.ReadAsync(
            [
                new CatalogQuery(
                    new Statement($"""
                        SELECT TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE
                        WHERE REFERENCED_TABLE_NAME IS NOT NULL AND {CatalogScope.Of(session.Database, "TABLE_SCHEMA", "TABLE_NAME", null)}
                        ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION
                        """),
                    row =>
                    {
                        var key = (names.Name(row.GetString(0), row.GetString(1)).ToString(), row.GetString(2));
                        (keys.TryGetValue(key, out var columns) ? columns : keys[key] = []).Add(row.GetString(3));
                    }),
            ],
            cancellationToken);
        return keys.ToLookup(key => key.Key.Table, key => (key.Key.Name, key.Value), StringComparer.Ordinal);
    }
}
