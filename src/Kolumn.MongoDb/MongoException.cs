using System.Text.Json.Nodes;

namespace Kolumn.MongoDb;

/// <summary>What went wrong.</summary>
public enum MongoFailure
{
    /// <summary>The client library is not on this system, or cannot be used.</summary>
    Library,

    /// <summary>The URI or a document cannot be sent.</summary>
    Input,

    /// <summary>No server that fits was found in time.</summary>
    NoServer,

    /// <summary>The server was lost: whether the command took effect is not known.</summary>
    Lost,

    Authentication,

    /// <summary>The server refused the command.</summary>
    Command,

    /// <summary>The server refused some of the writes of a command that it says succeeded.</summary>
    Write,

    /// <summary>The write took effect where it was made, and not on as many servers as it should have.</summary>
    WriteConcern,
}

/// <summary>A command that did not do what it should have.</summary>
/// <param name="code">The server's number for it, https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml; 0 for none.</param>
/// <param name="codeName">Its name; null for none.</param>
public sealed class MongoException(MongoFailure failure, string message, int code = 0, string? codeName = null) : Exception(message)
{
    private const int MaxTime = 50;
    private const int Interrupted = 11601;

    public MongoFailure Failure { get; } = failure;

    public int Code { get; } = code;

    public string? CodeName { get; } = codeName;

    /// <summary>Such as TransientTransactionError: https://www.mongodb.com/docs/manual/core/transactions-in-applications/.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>What the server answered; null when it did not.</summary>
    public JsonObject? Reply { get; init; }

    internal bool IsInterruption => Code is Interrupted or MaxTime;
}
