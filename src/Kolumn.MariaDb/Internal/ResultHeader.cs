namespace MySqlConnector.Internal;

/// <summary>What one statement answered, before its rows: columns, or how many rows it touched.</summary>
internal sealed record ResultHeader(IReadOnlyList<Column> Columns, long RecordsAffected, long LastInsertedId)
{
    public bool HasRows => Columns.Count > 0;
}
