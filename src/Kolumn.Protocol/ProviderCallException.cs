namespace Kolumn.Protocol;

/// <summary>Which of the contract's non-payload failures occurred.</summary>
public enum ProviderCallFailure
{
    /// <summary>The function is not in the provider's <c>supported_functions</c>.</summary>
    UnsupportedFunction,

    /// <summary>The request is not the JSON that the function takes.</summary>
    InvalidRequest,

    /// <summary>A call other than Configure, Schema, Ping, Version or Close before Configure.</summary>
    NotConfigured,

    /// <summary>A message exceeds the size limit.</summary>
    TooLarge,

    /// <summary>The deadline of the call has passed.</summary>
    DeadlineExceeded,

    /// <summary>The provider, or the way to it, has a defect or is gone.</summary>
    Defect,
}

/// <summary>A call failed below the payload: transport, protocol or a defect of the provider.</summary>
public class ProviderCallException : Exception
{
    public ProviderCallException(ProviderCallFailure failure, string message, Exception? innerException = null)
        : base(message, innerException) => Failure = failure;

    public ProviderCallFailure Failure { get; }
}
