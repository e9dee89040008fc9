namespace MySqlConnector.Internal;

/// <summary>A result with columns, and rows of it: all of them, or a first portion.</summary>
/// <param name="RecordsAffected">Rows changed by all statements before it; -1 when none of them changes rows.</param>
internal sealed record FetchedResult(IReadOnlyList<Column> Columns, RowChunk Rows, bool IsBinary, long RecordsAffected);
