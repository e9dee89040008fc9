using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Routines;

/// <summary>What functions and procedures share: overloads, bodies, and what they stand on.</summary>
internal abstract class RoutineHandler<T> : NeededHandler<T>, IAliasedHandler, IObstructingHandler
    where T : RoutineDefinition
{
    private const string SetOf = "SETOF ";

    public override string IdentityOf(JsonObject definition) => RoutineNames.IdentityOf(definition);

    /// <summary>A call does not say which of the overloads it means.</summary>
    public IEnumerable<string> AliasesOf(JsonObject definition) => [RoutineNames.NameOf(definition).ToString()];

    /// <summary>
    /// PostgreSQL looks into a body of the language sql when it is made, so what it names had better be there; it may itself
    /// stand on the function, and then the order is the other one.
    /// </summary>
    public override IEnumerable<ObjectReference> Prefers(JsonObject definition) =>
        base.Prefers(definition).Concat((string?)definition["language"] == "sql" ? SqlReferences.In((string?)definition["body"]) : []);

    /// <summary>PostgreSQL keeps the columns that a body which it has understood reads.</summary>
    public bool StandsInTheWay(JsonObject definition, ObjectReference changed, IReadOnlyDictionary<string, AttributeChange> changes) =>
        changed.Type == TableResource.Type && ColumnChanges.AreNamedIn(ColumnChanges.DroppedOrRetyped(changes), (string?)definition["sql_body"]);

    protected override IEnumerable<ObjectReference> Needs(JsonObject definition)
    {
        var (arguments, columns) = (definition["arguments"]?.AsArray() ?? [], definition["returns_table"]?.AsArray() ?? []);
        var result = (string?)definition["returns"];
        var types = arguments.Concat(columns).Select(one => (string?)one!["type"])
            .Append(result?.StartsWith(SetOf, StringComparison.Ordinal) == true ? result[SetOf.Length..] : result);
        return types.SelectMany(SqlReferences.ToType)
            .Concat(arguments.Select(argument => (string?)argument!["default"]).Append((string?)definition["sql_body"]).SelectMany(SqlReferences.In));
    }

    protected override QualifiedName? LookupOf(string identity) => RoutineNames.Parse(identity);

    protected override JsonObject ToConfig(T definition) => RoutineResource.ToConfig(base.ToConfig(definition));

    protected override IEnumerable<Statement> Create(T definition) => [RoutineSql.Create(definition)];

    /// <summary>
    /// CREATE OR REPLACE keeps who may call it and what stands on it, but changes neither the arguments' names and types nor the result,
    /// and takes no default away.
    /// </summary>
    protected override IEnumerable<Statement>? Alter(T actual, T desired)
    {
        if (DefinitionJson.AreEqual((RoutineDefinition)actual with { Comment = desired.Comment, Owner = desired.Owner } as T, desired))
        {
            return [];
        }

        var argumentsStay = actual.Arguments.Count == desired.Arguments.Count
            && actual.Arguments.Zip(desired.Arguments).All(pair =>
                pair.First with { Default = null } == pair.Second with { Default = null } && (pair.First.Default is null || pair.Second.Default is not null));
        return argumentsStay && ResultStays(actual, desired) ? [RoutineSql.Create(desired, replace: true)] : null;
    }

    protected virtual bool ResultStays(T actual, T desired) => true;

    protected override T Complete(T spelled, T asked) => (T)((RoutineDefinition)spelled with { Owner = asked.Owner });
}
