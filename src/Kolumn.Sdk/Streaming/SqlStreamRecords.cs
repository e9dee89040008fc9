using System.Text.Json.Nodes;
using Kolumn.Sdk.Sql;

namespace Kolumn.Sdk.Streaming;

/// <summary>The table in which a database records its outboxes, sinks and routes: <c>kind</c>, <c>name</c> (together unique) and <c>definition</c>.</summary>
/// <param name="names">How names are spelled.</param>
/// <param name="table">Quoted.</param>
/// <param name="create">Makes it unless it is there.</param>
/// <param name="cast">The type that a JSON text is cast to on its way in, <c>::jsonb</c>; empty for none.</param>
public sealed class SqlStreamRecords(SqlDialect names, string table, Statement create, string cast = "")
{
    /// <summary>Records a definition in place of the one before it; makes the table first if need be.</summary>
    public IReadOnlyList<Statement> Save(string kind, JsonObject definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return
        [
            create,
            new Statement(names.Upsert(table, ["kind", "name"], ["kind", "name", "definition"], ["$1", "$2", "$3" + cast]))
            {
                Parameters = [kind, (string)definition["name"]!, definition.ToJsonString()],
            },
        ];
    }

    public Statement Forget(string kind, string name) => new($"DELETE FROM {table} WHERE kind = $1 AND name = $2") { Parameters = [kind, name] };
}
