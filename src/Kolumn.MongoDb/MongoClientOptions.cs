namespace Kolumn.MongoDb;

/// <summary>What the URI does not say.</summary>
public sealed record MongoClientOptions
{
    /// <summary>How many connections may be in use at once, each with a thread of its own.</summary>
    public int MaxConnections { get; init; } = 16;

    /// <summary>How long a server is looked for, unless the URI has serverSelectionTimeoutMS.</summary>
    public TimeSpan ServerSelectionTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the answer of a command may take, unless the URI has socketTimeoutMS: building an index takes hours.</summary>
    public TimeSpan SocketTimeout { get; init; } = TimeSpan.FromHours(24);

    /// <summary>As the server's log names us; at most 128 bytes.</summary>
    public string ApplicationName { get; init; } = "kolumn";
}
