using Kolumn.Protocol;
using Kolumn.Sdk.Internal;
using Kolumn.Sdk.Telemetry;
using Microsoft.Extensions.Logging;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// How often something is tried that others keep from ending, and how long it stays out of their way: a lock that somebody else
/// holds is waited for with none of one's own.
/// </summary>
internal sealed class LockPatience(ILogger logger, SecretScrubber scrubber, TimeProvider time)
{
    public const int Attempts = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether what stood in the way may be gone in a moment.</summary>
    public static bool IsObstacle(Diagnostic? diagnostic) => diagnostic is { Retryable: true, Code: DiagnosticCodes.Operation };

    public async Task RunAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await work();
                return;
            }
            catch (ProviderException refused) when (attempt < Attempts && IsObstacle(refused.Diagnostic))
            {
                await PauseAsync(refused.Diagnostic, attempt, cancellationToken);
            }
        }
    }

    /// <param name="attempt">How often it has been tried.</param>
    public async Task PauseAsync(Diagnostic obstacle, int attempt, CancellationToken cancellationToken)
    {
        var pause = Backoff.After(Pause, attempt);
        Log.Retrying(logger, scrubber.Scrub(obstacle.Summary), (long)pause.TotalMilliseconds, attempt + 1, Attempts);
        await Task.Delay(pause, time, cancellationToken);
    }
}
