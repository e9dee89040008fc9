using Google.Protobuf;
using Grpc.Core;

namespace Kolumn.Host.Connection;

/// <summary>What a gRPC status means here.</summary>
internal enum CallFailureKind
{
    /// <summary>The provider said so itself, and lives.</summary>
    Answered,

    /// <summary>This side gave up on the message; the connection lives.</summary>
    Local,

    /// <summary>The connection broke, or could not be used.</summary>
    Transport,
}

/// <summary>The one place where a status becomes a failure of the host's own: docs/protocol.md, "Two ways to fail".</summary>
internal static class CallFailure
{
    public static CallFailureKind KindOf(RpcException failure) => failure.Status.DebugException switch
    {
        null => CallFailureKind.Answered,
        IOException or HttpRequestException or ObjectDisposedException => CallFailureKind.Transport,
        OperationCanceledException => CallFailureKind.Transport,
        _ => CallFailureKind.Local,
    };

    public static (PluginFailure Reason, string What, string NextStep) Describe(RpcException failure, string call, int maxMessageBytes) => failure.StatusCode switch
    {
        StatusCode.Unimplemented => (PluginFailure.UnsupportedFunction, $"does not have {call}: {failure.Status.Detail}", "Ask for a function that its schema lists, or install a newer version of it"),
        StatusCode.InvalidArgument => (PluginFailure.InvalidRequest, $"does not understand the request of {call}: {failure.Status.Detail}", "Host and provider may be of different versions"),
        StatusCode.FailedPrecondition => (PluginFailure.NotConfigured, $"refuses {call}: {failure.Status.Detail}", "It has to be configured first"),
        StatusCode.ResourceExhausted => (PluginFailure.ResponseTooLarge, $"{call} exceeds the limit of {maxMessageBytes} bytes for a message: {failure.Status.Detail}", "Ask for less at once, or raise the host's limit"),
        StatusCode.DeadlineExceeded => (PluginFailure.DeadlineExceeded, $"gave up {call} on its own: {failure.Status.Detail}", "Its log should say what it waited for"),
        _ when IsUnreadable(failure) => (PluginFailure.ContractViolation, $"answered {call} with something that is not its response: {failure.Status.Detail}", "This is a defect of the provider: report it to its author"),
        _ => (PluginFailure.ProviderDefect, $"failed in {call} with status {failure.StatusCode}: {failure.Status.Detail}", "This is a defect of the provider: report it to its author"),
    };

    private static bool IsUnreadable(RpcException failure) =>
        failure.Status.DebugException is InvalidProtocolBufferException || (KindOf(failure) == CallFailureKind.Local && failure.StatusCode is StatusCode.Internal or StatusCode.Unimplemented);
}
