namespace MySqlConnector.Internal;

/// <summary>A statement with parameters: prepared by the server, values sent and answered in binary.</summary>
/// <param name="kept">Prepared before and kept afterwards; null: prepared for this once.</param>
internal sealed class PreparedExecution(string text, IReadOnlyList<object?> values, PreparedStatement? kept) : Execution
{
    private readonly bool _isKept = kept is not null;
    private PreparedStatement? _statement = kept;

    public override bool IsBinary => true;

    public override ResultHeader Start(Session session)
    {
        _statement ??= session.Prepare(text);
        return _statement.Execute(values);
    }

    public override ResultHeader? Next(Session session) => _statement!.Next();

    public override void Fetch(Session session, RowChunk chunk, int columns) => _statement!.Fetch(chunk);

    public override void End(Session session)
    {
        if (_statement is null)
        {
            return;
        }

        while (_statement.Next() is not null)
        {
        }

        if (!_isKept)
        {
            _statement.Close();
            _statement = null;
        }
    }
}
