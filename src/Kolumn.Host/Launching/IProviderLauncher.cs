namespace Kolumn.Host.Launching;

/// <summary>Starts processes: the edge at which tests put a process that behaves to order.</summary>
public interface IProviderLauncher
{
    /// <summary>Executes the file with its three standard streams as pipes and returns once the system has accepted it.</summary>
    /// <exception cref="LaunchException">The system refused.</exception>
    ProviderProcess Launch(LaunchRequest request);
}

/// <param name="Path">Absolute.</param>
/// <param name="Environment">The whole environment of the process.</param>
/// <param name="Marker">A value of this process alone, found in <paramref name="Environment"/>: descendants inherit it and are recognised by it.</param>
public sealed record LaunchRequest(string Path, IReadOnlyDictionary<string, string> Environment, string Marker);

/// <summary>The system refused to execute a file.</summary>
public sealed class LaunchException : Exception
{
    public LaunchException(int errorCode, string message)
        : base(message) => ErrorCode = errorCode;

    /// <summary>The system's error number.</summary>
    public int ErrorCode { get; }

    /// <summary>EAGAIN, ENOMEM, ENFILE, EMFILE: it is not the file's fault.</summary>
    internal bool IsExhaustion => !OperatingSystem.IsWindows() && ErrorCode is 11 or 12 or 23 or 24;
}
