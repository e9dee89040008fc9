using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Privileges;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Views;

/// <summary>What views and materialised views share: they stand on what their query reads.</summary>
internal abstract class QueryHandler<T> : SpelledHandler<T>, IObstructingHandler
    where T : QueryDefinition
{
    private const string ColumnComments = """
        SELECT n.nspname::text, c.relname::text, a.attname::text, d.description
        FROM pg_catalog.pg_description d
        JOIN pg_catalog.pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid
        JOIN pg_catalog.pg_class c ON c.oid = d.objoid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid > 0
          AND (n.nspname::text, c.relname::text) IN (SELECT s, r FROM unnest($1::text[], $2::text[]) AS wanted (s, r))
        ORDER BY a.attnum
        """;

    protected override PrivilegeKind? Privileges => PrivilegeKind.Table;

    /// <summary>Comments on its columns are nobody's but the database's, too.</summary>
    public override async Task<IReadOnlyList<IReadOnlyList<Statement>>> RestoreAsync(
        PostgresSession session, IReadOnlyList<(JsonObject Actual, JsonObject Desired)> replaced, CancellationToken cancellationToken)
    {
        var comments = new List<(string View, string Column, string Comment)>();
        var views = replaced.Select(one => LookupOf(IdentityOf(one.Actual))).OfType<QualifiedName>().ToList();
        await session.ReadAsync(
            [CatalogQuery.Of(ColumnComments, views, row => comments.Add((new QualifiedName(row.GetString(0), row.GetString(1)).ToString(), row.GetString(2), row.GetString(3))))],
            cancellationToken);
        var rights = await base.RestoreAsync(session, replaced, cancellationToken);
        return
        [
            .. replaced.Zip(rights, (one, statements) => (IReadOnlyList<Statement>)
            [
                .. statements,
                .. comments.Where(comment => comment.View == IdentityOf(one.Actual) && ColumnsOf(one.Desired).Contains(comment.Column)).Select(comment => new Statement(
                    $"COMMENT ON COLUMN {DefinitionJson.Read<T>(one.Desired).Identity.Quoted}.{SqlIdentifier.Quote(comment.Column)} IS {SqlLiteral.Quote(comment.Comment)}")),
            ]),
        ];
    }

    /// <summary>PostgreSQL refuses to drop or retype a column that a view reads.</summary>
    public bool StandsInTheWay(JsonObject definition, ObjectReference changed, IReadOnlyDictionary<string, AttributeChange> changes) =>
        changed.Type == TableResource.Type && ColumnChanges.AreNamedIn(ColumnChanges.DroppedOrRetyped(changes), (string?)definition["query"]);

    /// <summary>Whatever of the plan the query reads: what it names and the plan does not know is none of the plan's business.</summary>
    protected override IEnumerable<ObjectReference> Needs(JsonObject definition) => SqlReferences.In((string?)definition["query"]);

    protected override T Complete(T spelled, T asked) => spelled with { Owner = asked.Owner };

    protected override JsonObject ToConfig(T definition)
    {
        var config = base.ToConfig(definition);
        config.Remove("columns");
        return config;
    }
}
