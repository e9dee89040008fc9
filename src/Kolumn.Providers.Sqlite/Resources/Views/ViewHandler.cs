using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Sqlite.Database;
using Kolumn.Providers.Sqlite.Ddl;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Sqlite.Resources.Views;

/// <summary>Views: <c>sqlite_view</c>.</summary>
internal sealed class ViewHandler : IResourceHandler<SqliteSession>, IStatementHandler, INormalizingHandler<SqliteSession>, IRenamingHandler
{
    public string Description => "A view.";

    public ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Attributes.Name("view"),
            ["columns"] = Attributes.ListOf(Attributes.Text("A name."), "Names of the view's columns; the query's when left out."),
            ["query"] = Attributes.Text("One SELECT. Comments are not kept.", required: true),
            ["dependants"] = Attributes.Dependants("The view's INSTEAD OF triggers as SQLite stores them."),
        },
    };

    public JsonObject Describe(JsonObject config, DescribeContext context)
    {
        var reading = new ConfigReading(context);
        var path = AttributePath.Of("query");
        var query = reading.Tokens(config.Text("query") ?? "", SqlFragmentKind.Query, path);
        if (query.Count > 0 && !query[0].IsWord("SELECT") && !query[0].IsWord("WITH") && !query[0].IsWord("VALUES"))
        {
            reading.Error(path, $"a view's query begins with SELECT, WITH or VALUES, not with {query[0]}", null);
        }

        return new ViewDefinition
        {
            Name = reading.ObjectName(config, AttributePath.Of("name")),
            Columns = [.. config.Texts("columns").Select((name, index) => reading.Name(name, AttributePath.Of("columns").Element(index)))],
            Query = CanonicalSql.Statements(query),
        }.ToJson();
    }

    public string IdentityOf(JsonObject definition) => SqliteName.Fold(definition.Text("name")!);

    public IEnumerable<ObjectReference> Requires(JsonObject definition) =>
        QuerySources.Of(Tokenizer.TryScan(ViewDefinition.FromJson(definition).Query) ?? [])
            .SelectMany(source => new[] { new ObjectReference("table", SqliteName.Fold(source)), new ObjectReference("view", SqliteName.Fold(source)) });

    public async Task<IReadOnlyList<JsonObject>> ReadAsync(SqliteSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken)
    {
        var entries = await session.ReadAsync(SchemaCatalog.Entries, cancellationToken);
        var triggers = entries.Where(entry => entry.Type == "trigger").ToLookup(entry => entry.Table, entry => new Dependant(entry.Type, entry.Name, entry.Sql), SqliteName.Comparer);
        return [.. SchemaCatalog.Read(entries, "view", identities, entry => ViewDdl.Read(entry.Sql) with { Name = entry.Name, Dependants = [.. triggers[entry.Name]] }).Select(view => view.ToJson())];
    }

    public JsonObject ToConfig(JsonObject definition) => (ViewDefinition.FromJson(definition) with { Dependants = null }).ToJson();

    public IReadOnlyList<Statement> Create(JsonObject definition) => [new Statement(ViewDdl.Create(ViewDefinition.FromJson(definition)))];

    /// <summary>SQLite renames tables and columns alone.</summary>
    public IReadOnlyList<Statement>? Rename(JsonObject definition, Renaming renaming) => null;

    /// <summary>SQLite cannot alter a view; its triggers go with it and come back.</summary>
    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired)
    {
        var triggers = ViewDefinition.FromJson(actual).Dependants ?? ViewDefinition.FromJson(desired).Dependants ?? [];
        return [.. Drop(actual), .. Create(desired), .. triggers.Select(trigger => new Statement(trigger.Sql))];
    }

    public IReadOnlyList<Statement> Drop(JsonObject definition) => [new Statement($"DROP VIEW {SqlIdentifier.Quote(definition.Text("name")!)}")];

    public Task<IReadOnlyList<NormalizedDefinition>> NormalizeAsync(
        SqliteSession session, IReadOnlyList<JsonObject> definitions, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all, CancellationToken cancellationToken) =>
        SpelledAsExisting.NormalizeAsync(this, "view", definition => ViewDefinition.FromJson(definition).Meaning, session, definitions, all, cancellationToken);
}
