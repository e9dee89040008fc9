using System.Text;

namespace MySqlConnector.Internal;

/// <summary>Statements as text, answered in text. Several are one round trip, and the server stops at the first that fails.</summary>
internal sealed class TextExecution(string text, int commands) : Execution
{
    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(text);

    public override int Commands => commands;

    public override byte[]? Ahead => commands == 1 ? _bytes : null;

    public override ResultHeader Start(Session session) => session.Query(_bytes);

    public override ResultHeader? Next(Session session) => session.Next();

    public override void Fetch(Session session, RowChunk chunk, int columns) => session.Fetch(chunk, columns);

    public override void End(Session session) => session.Drain();
}
