using System.Runtime.CompilerServices;

namespace Kolumn.Testing;

/// <summary>Waits for what another process or thread does: no longer than until it is so, and not for ever when it never is.</summary>
public static class Eventually
{
    /// <summary>Far longer than a machine under load needs: only what never comes takes as long.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <param name="isSo">Asked again and again, without a pause.</param>
    /// <exception cref="TimeoutException">It was not so within the limit; the message quotes what was asked.</exception>
    public static Task IsSoAsync(Func<bool> isSo, CancellationToken cancellationToken, [CallerArgumentExpression(nameof(isSo))] string question = "")
    {
        ArgumentNullException.ThrowIfNull(isSo);
        return IsSoAsync(async _ =>
        {
            await Task.Yield();
            return isSo();
        }, cancellationToken, question);
    }

    /// <inheritdoc cref="IsSoAsync(Func{bool}, CancellationToken, string)"/>
    public static async Task IsSoAsync(
        Func<CancellationToken, Task<bool>> isSo, CancellationToken cancellationToken, [CallerArgumentExpression(nameof(isSo))] string question = "")
    {
        ArgumentNullException.ThrowIfNull(isSo);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            while (!await isSo(limit.Token))
            {
                limit.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Not so within {Limit.TotalSeconds:0} s: {question}");
        }
    }
}
