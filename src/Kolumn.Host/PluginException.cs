using System.Text;
using Kolumn.Host.Launching;
using Kolumn.Protocol;

namespace Kolumn.Host;

/// <summary>
/// The one failure of the plugin host: which provider, in which phase, how its process ended, what it wrote last and what to
/// do next. When it is thrown by a start or by a call that ended the provider, no process and no file of it is left.
/// </summary>
public sealed class PluginException : ProviderCallException
{
    internal PluginException(PluginFailureReport report, Exception? innerException = null)
        : base(CallFailureOf(report.Reason), MessageOf(report), innerException) => Report = report;

    /// <summary>Which failure; the inherited <see cref="ProviderCallException.Failure"/> is its coarser kind.</summary>
    public PluginFailure Reason => Report.Reason;

    public string Provider => Report.Provider;

    /// <summary>The executable; empty when none was found.</summary>
    public string Path => Report.Path;

    public PluginPhase Phase => Report.Phase;

    /// <summary>The function in flight, where there was one.</summary>
    public string? Function => Report.Function;

    /// <summary>How the process ended, where it ended by itself.</summary>
    public ProcessExit? Exit => Report.Exit;

    /// <summary>The provider's last lines on stderr, neutralised and without the configuration's secrets.</summary>
    public IReadOnlyList<string> StandardError => Report.StandardError;

    /// <summary>The request id of a call whose outcome is unknown; the provider's logs and events carry it.</summary>
    public string? OperationId => Report.OperationId;

    /// <summary>What to do about it.</summary>
    public string NextStep => Report.NextStep;

    internal PluginFailureReport Report { get; }

    private static string MessageOf(PluginFailureReport report)
    {
        var text = new StringBuilder("provider \"").Append(report.Provider).Append('"');
        if (report.Path.Length > 0)
        {
            text.Append(" (").Append(report.Path).Append(')');
        }

        text.Append(": ").Append(report.What).Append('.');
        if (report.NextStep.Length > 0)
        {
            text.Append(' ').Append(report.NextStep).Append('.');
        }

        if (report.StandardError.Count > 0)
        {
            text.Append(" Its last lines on stderr:");
            foreach (var line in report.StandardError)
            {
                text.Append("\n  | ").Append(line);
            }
        }

        return text.ToString();
    }

    private static ProviderCallFailure CallFailureOf(PluginFailure reason) => reason switch
    {
        PluginFailure.UnsupportedFunction => ProviderCallFailure.UnsupportedFunction,
        PluginFailure.InvalidRequest => ProviderCallFailure.InvalidRequest,
        PluginFailure.NotConfigured => ProviderCallFailure.NotConfigured,
        PluginFailure.ResponseTooLarge => ProviderCallFailure.TooLarge,
        PluginFailure.DeadlineExceeded => ProviderCallFailure.DeadlineExceeded,
        _ => ProviderCallFailure.Defect,
    };
}

/// <summary>What a <see cref="PluginException"/> says, before it is thrown.</summary>
internal sealed record PluginFailureReport
{
    public required PluginFailure Reason { get; init; }

    public required PluginPhase Phase { get; init; }

    public required string Provider { get; init; }

    public string Path { get; init; } = "";

    /// <summary>A clause in the present or past tense, without the provider's name and a full stop.</summary>
    public required string What { get; init; }

    public string NextStep { get; init; } = "";

    public string? Function { get; init; }

    public ProcessExit? Exit { get; init; }

    public IReadOnlyList<string> StandardError { get; init; } = [];

    public string? OperationId { get; init; }
}
