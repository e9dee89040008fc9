using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk.Resources;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Tables;

/// <summary>Which columns of a table a planned update shakes, for what is made from them.</summary>
internal static class ColumnChanges
{
    /// <summary>Columns that go, for good or to come back with another generation expression.</summary>
    public static IReadOnlySet<string> Dropped(IReadOnlyDictionary<string, AttributeChange> changes) => Named(
        changes, (attribute, change) => attribute.Length == 0 ? change.Action == ResourceActions.Delete : attribute == "generated" && change.Action != ResourceActions.Delete);

    /// <summary>Columns that go and come back with another generation expression.</summary>
    public static IReadOnlySet<string> MadeAgain(IReadOnlyDictionary<string, AttributeChange> changes) =>
        Named(changes, (attribute, change) => attribute == "generated" && change.Action != ResourceActions.Delete);

    /// <summary>Columns that go, and those whose type changes.</summary>
    public static IReadOnlySet<string> DroppedOrRetyped(IReadOnlyDictionary<string, AttributeChange> changes) =>
        Named(changes, (attribute, _) => attribute is "type" or "collation").Union(Dropped(changes)).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether an expression or query names one of the columns. A name may mean something else too; then too much is rebuilt, not too little.</summary>
    public static bool AreNamedIn(IReadOnlySet<string> columns, string? sql) =>
        sql is not null && columns.Count > 0
        && SqlScanner.Scan(sql, SqlDialect.Postgres).Exists(token => SqlNames.IsName(token) && columns.Contains(SqlNames.ValueOf(token, sql)));

    private static IReadOnlySet<string> Named(IReadOnlyDictionary<string, AttributeChange> changes, Func<string, AttributeChange, bool> matters) =>
        PartChanges.Named(changes, "columns", matters);
}
