using System.Text.Json.Nodes;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources;

/// <summary>
/// A handler of objects that hold no data and that what holds data may need: types and routines go into quarantine with the table
/// that uses them, and are dropped otherwise.
/// </summary>
internal abstract class NeededHandler<T> : SpelledHandler<T>, IQuarantiningHandler
    where T : class, IObjectDefinition
{
    public bool HoldsData => false;

    public string LocationOf(JsonObject definition, string id) => new QualifiedName(QuarantineSql.SchemaOf(id), (string)definition["name"]!).ToString();

    public IReadOnlyList<Statement> Quarantine(JsonObject definition, string id) => Moved(definition, id, QuarantineSql.MoveNeeded);

    public IReadOnlyList<Statement> Restore(JsonObject definition, string id, Func<ObjectReference, bool> exists) => Moved(definition, id, QuarantineSql.ReturnNeeded);

    public IReadOnlyList<Statement> Purge(JsonObject definition, string id) => Moved(definition, id, (kind, _, name, entry) => QuarantineSql.Purge(kind, name, entry));

    private static IReadOnlyList<Statement> Moved(JsonObject definition, string id, Func<string, string, string, string, IReadOnlyList<Statement>> how)
    {
        var (sql, schema) = (DefinitionJson.Read<T>(definition).Sql, (string)definition["schema"]!);
        return how(sql.Kind, schema, sql.Name[(SqlIdentifier.Quote(schema).Length + 1)..], id);
    }
}
