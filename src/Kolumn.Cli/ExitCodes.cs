namespace Kolumn.Cli;

/// <summary>What the process ends with; docs/cli.md promises these to scripts.</summary>
internal static class ExitCodes
{
    /// <summary>Done, and where changes were asked about: there are none, or nobody asked for the distinction.</summary>
    public const int Done = 0;

    /// <summary>Something is wrong; a diagnostic says what.</summary>
    public const int Error = 1;

    /// <summary><c>plan --detailed-exitcode</c>: the plan is sound and not empty. <c>drift --detailed-exitcode</c>: something is not as recorded.</summary>
    public const int ChangesPending = 2;

    /// <summary><c>verify</c>: the provider misses something that it must do.</summary>
    public const int DefectsFound = 2;

    /// <summary>Stopped by Ctrl-C or SIGTERM, after what had been begun was brought to an end.</summary>
    public const int Interrupted = 130;
}
