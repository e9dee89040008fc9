namespace MySqlConnector.Internal;

/// <summary>One round trip: what is sent at once, and how its results are fetched. Runs on the session's thread.</summary>
internal abstract class Execution
{
    /// <summary>How many commands of a batch are in it; each then answers exactly once.</summary>
    public virtual int Commands => 1;

    /// <summary>Whether values come in the layout of <see cref="BinaryValue"/> instead of as text.</summary>
    public virtual bool IsBinary => false;

    /// <summary>What <see cref="Start"/> will send, when that is all there is to send; null otherwise.</summary>
    public virtual byte[]? Ahead => null;

    public abstract ResultHeader Start(Session session);

    /// <summary>null when every result has been fetched.</summary>
    public abstract ResultHeader? Next(Session session);

    public abstract void Fetch(Session session, RowChunk chunk, int columns);

    /// <summary>Gives back what the server or the library still holds for it; the connection can be used for something else then.</summary>
    public abstract void End(Session session);
}
