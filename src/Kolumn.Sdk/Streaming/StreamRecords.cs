using System.Text.Json.Nodes;
using Kolumn.Sdk.Sql;

namespace Kolumn.Sdk.Streaming;

/// <summary>Statements on the table in which streams are recorded.</summary>
internal static class StreamRecords
{
    /// <summary>Records a definition in place of the one before it; makes the table first if need be.</summary>
    public static IReadOnlyList<Statement> Save<TSession>(this IStreamDialect<TSession> dialect, string kind, JsonObject definition)
        where TSession : IProviderSession =>
    [
        .. dialect.CreateRecords,
        new Statement(dialect.Names.Upsert(dialect.Records, ["kind", "name"], ["kind", "name", "definition"], ["$1", "$2", "$3" + dialect.JsonCast]))
        {
            Parameters = [kind, (string)definition["name"]!, definition.ToJsonString()],
        },
    ];

    public static Statement Forget<TSession>(this IStreamDialect<TSession> dialect, string kind, string name)
        where TSession : IProviderSession => new($"DELETE FROM {dialect.Records} WHERE kind = $1 AND name = $2") { Parameters = [kind, name] };
}
