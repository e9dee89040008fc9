namespace Kolumn.Host;

/// <summary>What went wrong between the host and a provider process.</summary>
public enum PluginFailure
{
    /// <summary>No executable of that name in any of the places searched.</summary>
    NotFound,

    /// <summary>The system refused to execute the file.</summary>
    NotExecutable,

    /// <summary>The lock file does not name the provider for this platform although the host demands it, or cannot be read.</summary>
    NotLocked,

    /// <summary>The provider's version is none of those that the project accepts.</summary>
    VersionMismatch,

    /// <summary>The file's SHA-256 is not the lock file's.</summary>
    ChecksumMismatch,

    /// <summary>The scratch directory of the process could not be made.</summary>
    ScratchUnavailable,

    /// <summary>The system has no process, descriptor or memory left for a provider.</summary>
    SystemExhausted,

    /// <summary>The process ended before it served: before its handshake or before its first answer.</summary>
    ExitedEarly,

    /// <summary>There was no handshake in time.</summary>
    StartTimeout,

    /// <summary>More than the tolerated noise on stdout before the handshake.</summary>
    HandshakeGarbage,

    /// <summary>The handshake line breaks a rule of docs/protocol.md.</summary>
    MalformedHandshake,

    /// <summary>Host and provider share no protocol version.</summary>
    ProtocolMismatch,

    /// <summary>Nobody, or somebody else, answers at the handshake's address.</summary>
    ConnectFailed,

    /// <summary>The process ended while it was needed.</summary>
    Crashed,

    /// <summary>The process lives, the connection to it is gone.</summary>
    ConnectionLost,

    /// <summary>A call took longer than its limit; the process was stopped.</summary>
    DeadlineExceeded,

    /// <summary>A message exceeds <see cref="HostOptions.MaxMessageBytes"/>.</summary>
    ResponseTooLarge,

    /// <summary>The provider answered with something that the contract does not allow.</summary>
    ContractViolation,

    /// <summary>The function is not one of the provider's.</summary>
    UnsupportedFunction,

    /// <summary>The provider does not understand the request.</summary>
    InvalidRequest,

    /// <summary>A call that needs a configured provider came before Configure.</summary>
    NotConfigured,

    /// <summary>The provider reports a defect of its own.</summary>
    ProviderDefect,

    /// <summary>The provider was closed, or stopped after an earlier failure.</summary>
    ProviderStopped,

    /// <summary>A call that changes something ended without an answer: it may have happened, partly or wholly.</summary>
    OutcomeUnknown,

    /// <summary>Too many crashes in a short time; the provider is not started again.</summary>
    CrashLoop,
}

/// <summary>Where in a provider's life something happened.</summary>
public enum PluginPhase
{
    Discover,
    Verify,
    Launch,
    Handshake,
    Connect,
    Configure,
    Schema,
    Call,
    Close,
}
