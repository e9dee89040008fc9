namespace Kolumn.Sdk.Engine;

/// <summary>A handler failed in a way it did not announce: a defect of the provider, not of its user.</summary>
/// <param name="subject">The resource's address or the type.</param>
/// <param name="method">The handler's method.</param>
internal sealed class HandlerDefectException(string subject, string method, Exception innerException)
    : Exception($"{subject}: {method} failed with {innerException.GetType().Name}: {innerException.Message}", innerException);

/// <summary>Every call of a handler goes through here, so that an unexpected exception names the handler's method and the resource.</summary>
internal static class HandlerCall
{
    public static T Run<T>(string subject, string method, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception unexpected) when (IsDefect(unexpected))
        {
            throw new HandlerDefectException(subject, method, unexpected);
        }
    }

    public static async Task<T> RunAsync<T>(string subject, string method, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception unexpected) when (IsDefect(unexpected))
        {
            throw new HandlerDefectException(subject, method, unexpected);
        }
    }

    private static bool IsDefect(Exception exception) => exception is not (ProviderException or OperationCanceledException);
}
