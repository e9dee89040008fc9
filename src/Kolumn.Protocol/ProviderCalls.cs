using System.Text.Json;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Protocol;

/// <summary>CallFunction with payload records at both ends.</summary>
public static class ProviderCalls
{
    /// <exception cref="ProviderCallException">As of <see cref="IProvider.CallFunctionAsync"/>, or the answer is not the function's response.</exception>
    public static async Task<TResponse> CallAsync<TRequest, TResponse>(
        this IProvider provider, string function, TRequest request, CancellationToken cancellationToken)
        where TResponse : Envelope
    {
        ArgumentNullException.ThrowIfNull(provider);
        var output = await provider.CallFunctionAsync(function, PayloadJson.Write(request), cancellationToken);
        try
        {
            return PayloadJson.Read<TResponse>(output.Span);
        }
        catch (JsonException malformed)
        {
            throw new ProviderCallException(
                ProviderCallFailure.Defect, $"{function} returned something that is not its response: {malformed.Message}", malformed);
        }
    }
}
