namespace MySqlConnector;

/// <summary>Whether a connection is encrypted, and what is checked of the server.</summary>
public enum MySqlSslMode
{
    /// <summary>Not encrypted.</summary>
    None = 0,

    /// <summary>The same as <see cref="None"/>.</summary>
#pragma warning disable CA1069 // Two words for one thing, as in MySqlConnector.
    Disabled = 0,
#pragma warning restore CA1069

    /// <summary>Encrypted where the server can; nothing is checked.</summary>
    Preferred = 1,

    /// <summary>Encrypted or refused; nothing is checked.</summary>
    Required = 2,

    /// <summary>
    /// The server's certificate must come from the authority in <c>SslCa</c>. Without one the system's authorities count, and the name is checked too:
    /// the library cannot do the one without the other.
    /// </summary>
    VerifyCA = 3,

    /// <summary>The certificate must also be for the name that was connected to.</summary>
    VerifyFull = 4,
}
