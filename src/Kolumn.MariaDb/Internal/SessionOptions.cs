namespace MySqlConnector.Internal;

/// <summary>What a connection string says, once and for all.</summary>
internal sealed record SessionOptions
{
    public required string Server { get; init; }

    public required uint Port { get; init; }

    /// <summary>A socket's path instead of host and port.</summary>
    public required string? Socket { get; init; }

    public required string User { get; init; }

    /// <summary>Goes to the library and nowhere else.</summary>
    public required string Password { get; init; }

    public required string Database { get; init; }

    public required MySqlSslMode SslMode { get; init; }

    public required string? SslCa { get; init; }

    public required string? SslCert { get; init; }

    public required string? SslKey { get; init; }

    /// <summary>Seconds; 0 is no limit.</summary>
    public required uint ConnectionTimeout { get; init; }

    /// <summary>Seconds; 0 is no limit.</summary>
    public required uint DefaultCommandTimeout { get; init; }

    public required bool AllowUserVariables { get; init; }

    public required bool TreatTinyAsBoolean { get; init; }

    public required bool ConvertZeroDateTime { get; init; }

    public required bool AllowZeroDateTime { get; init; }

    public required bool UseAffectedRows { get; init; }

    public required MySqlGuidFormat GuidFormat { get; init; }

    // A record would print the password.
    public override string ToString() => $"{User}@{Socket ?? $"{Server}:{Port}"}";
}
