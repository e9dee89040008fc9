namespace Grpc.Core;

/// <summary>What one call may use: metadata, deadline, cancellation.</summary>
public struct CallOptions
{
    /// <param name="headers">Request metadata; <c>grpc-internal-encoding-request: gzip</c> compresses the request.</param>
    /// <param name="deadline">Moment (UTC) after which the call ends with DeadlineExceeded; null for none.</param>
    /// <param name="cancellationToken">Ends the call with Cancelled and tells the server.</param>
    /// <param name="writeOptions">How the request is written.</param>
    /// <param name="propagationToken">Must be null: servers of this runtime issue none.</param>
    /// <param name="credentials">Must be null: this runtime has none.</param>
#pragma warning disable CA1068 // the official signature puts the token third
    public CallOptions(
        Metadata? headers = null,
        DateTime? deadline = null,
        CancellationToken cancellationToken = default,
        WriteOptions? writeOptions = null,
        ContextPropagationToken? propagationToken = null,
        CallCredentials? credentials = null)
#pragma warning restore CA1068
    {
        Headers = headers;
        Deadline = deadline;
        CancellationToken = cancellationToken;
        WriteOptions = writeOptions;
        PropagationToken = propagationToken;
        Credentials = credentials;
    }

    public Metadata? Headers { get; private set; }

    public DateTime? Deadline { get; private set; }

    public CancellationToken CancellationToken { get; private set; }

    public WriteOptions? WriteOptions { get; private set; }

    public ContextPropagationToken? PropagationToken { get; private set; }

    public CallCredentials? Credentials { get; private set; }

    public CallOptions WithHeaders(Metadata headers) => this with { Headers = headers };

    public CallOptions WithDeadline(DateTime deadline) => this with { Deadline = deadline };

    public CallOptions WithCancellationToken(CancellationToken cancellationToken) => this with { CancellationToken = cancellationToken };

    public CallOptions WithWriteOptions(WriteOptions writeOptions) => this with { WriteOptions = writeOptions };
}
