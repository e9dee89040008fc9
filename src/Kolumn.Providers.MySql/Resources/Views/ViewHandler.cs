using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.MySql.Database;
using Kolumn.Providers.MySql.Resources.Tables;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.MySql.Resources.Views;

/// <summary>Views: https://mariadb.com/kb/en/create-view/.</summary>
internal sealed class ViewHandler : SpelledHandler<ViewDefinition>, IRenamingHandler
{
    public override string Description => "A view: a query under a name.";

    public override ObjectType Schema => ViewResource.Schema;

    protected override string Type => ViewResource.Type;

    public IReadOnlyList<Statement> Rename(JsonObject definition, Renaming renaming)
    {
        var view = Format.Read<ViewDefinition>(definition).Identity;
        return [new Statement($"RENAME TABLE {view.Quoted} TO {(view with { Name = renaming.To }).Quoted}")];
    }

    /// <summary>Names in the query are those of the attempt where what they name is tried out too.</summary>
    public override IReadOnlyList<Statement> CreateInScratch(JsonObject definition, string database, Func<MySqlName, string?> databaseOf)
    {
        var view = Format.Read<ViewDefinition>(definition);
        var query = SqlNaming.MapQualifiers(view.Query, (qualifier, name) => databaseOf(new MySqlName(qualifier, name)));
        var qualified = new StringBuilder(query);
        foreach (var mention in QueryRelations.In(query, SqlDialect.MySql).Where(mention => mention.Schema is null).Reverse())
        {
            if (databaseOf(new MySqlName(null, mention.Name)) is { } scratch)
            {
                qualified.Insert(mention.Start, MySqlName.Quote(scratch) + ".");
            }
        }

        return [Create(view with { Schema = database, Query = qualified.ToString() }, "")];
    }

    protected override ViewDefinition Describe(ConfigReader config) => ViewResource.Describe(config);

    /// <summary>Whatever of the plan the query reads: what it names and the plan does not know is none of the plan's business.</summary>
    protected override IEnumerable<ObjectReference> Needs(JsonObject definition)
    {
        var query = (string)definition["query"]!;
        return QueryRelations.In(query, SqlDialect.MySql)
            .Select(mention => new MySqlName(mention.Schema, mention.Name).ToString())
            .Distinct(StringComparer.Ordinal)
            .SelectMany(name => new[] { new ObjectReference(TableResource.Type, name), new ObjectReference(ViewResource.Type, name) });
    }

    protected override async Task<IReadOnlyList<ViewDefinition>> ReadAsync(
        MySqlSession session, IReadOnlyCollection<MySqlName>? lookups, SchemaNames names, CancellationToken cancellationToken)
    {
        var found = new List<ViewDefinition>();
        await session.ReadAsync(
            [
                new CatalogQuery(
                    new Statement($"""
                        SELECT TABLE_SCHEMA, TABLE_NAME, VIEW_DEFINITION, SECURITY_TYPE, CHECK_OPTION, {(session.Server.IsMariaDb ? "ALGORITHM" : "'UNDEFINED'")}
                        FROM information_schema.VIEWS WHERE {CatalogScope.Of(session.Database, "TABLE_SCHEMA", "TABLE_NAME", lookups)} ORDER BY TABLE_SCHEMA, TABLE_NAME
                        """),
                    row => found.Add(new ViewDefinition
                    {
                        Schema = names.Schema(row.GetString(0)),
                        Name = row.GetString(1),
                        Query = names.Sql(row.Text(2) ?? ""),
                        Security = row.GetString(3) == "INVOKER" ? "invoker" : null,
                        CheckOption = row.GetString(4) is "CASCADED" or "LOCAL" ? row.GetString(4).ToLowerInvariant() : null,
                        Algorithm = row.GetString(5) is "MERGE" or "TEMPTABLE" ? row.GetString(5).ToLowerInvariant() : null,
                    })),
            ],
            cancellationToken);
        return found;
    }

    protected override IEnumerable<Statement> Create(ViewDefinition definition) => [Create(definition, "")];

    protected override IEnumerable<Statement> Alter(ViewDefinition actual, ViewDefinition desired) => [Create(desired, "OR REPLACE ")];

    protected override IEnumerable<Statement> Drop(ViewDefinition definition) => [new Statement($"DROP VIEW {definition.Identity.Quoted}")];

    private static Statement Create(ViewDefinition view, string replace) => new(
        $"CREATE {replace}{(view.Algorithm is { } algorithm ? $"ALGORITHM={algorithm.ToUpperInvariant()} " : "")}{(view.Security is null ? "" : "SQL SECURITY INVOKER ")}VIEW {view.Identity.Quoted} AS\n{view.Query}{(view.CheckOption is { } option ? $"\nWITH {option.ToUpperInvariant()} CHECK OPTION" : "")}");
}
