using System.Reflection;
using System.Runtime.InteropServices;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Internal;

/// <summary>Ping and Version, which answer before Configure too.</summary>
internal sealed class AboutFunctions<TSession>(ProviderDefinition<TSession> definition, TimeProvider time)
    where TSession : IProviderSession
{
    public async Task<PingResponse> PingAsync(IProviderConnection<TSession>? connection, CancellationToken cancellationToken)
    {
        if (connection is null)
        {
            return Envelope.Failure<PingResponse>([Diagnostic.Error(DiagnosticCodes.NotConfigured, "the provider is not configured", "Call Configure first.")]);
        }

        var start = time.GetTimestamp();
        var server = await connection.PingAsync(cancellationToken);
        return new PingResponse { Success = true, LatencyMs = (long)time.GetElapsedTime(start).TotalMilliseconds, Message = server };
    }

    /// <summary>A server that does not answer is worth a warning here, not a failure: the provider's own version is known all the same.</summary>
    public async Task<VersionResponse> VersionAsync(IProviderConnection<TSession>? connection, CancellationToken cancellationToken)
    {
        string? server = null;
        Diagnostic? silent = null;
        try
        {
            server = connection is null ? null : await connection.PingAsync(cancellationToken);
        }
        catch (ProviderException unreachable)
        {
            silent = unreachable.Diagnostic with { Severity = Severity.Warning };
        }

        return new VersionResponse
        {
            Success = true,
            Version = definition.Version,
            ProviderName = definition.Name,
            Runtime = RuntimeInformation.FrameworkDescription,
            ServerVersion = server,
            GitCommit = CommitOf(definition.ConnectAsync.Method.Module.Assembly),
            Diagnostics = silent is null ? null : [silent],
        };
    }

    // The build writes "1.2.3+commit" where it knows the commit.
    private static string? CommitOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, var commit] ? commit : null;
}
