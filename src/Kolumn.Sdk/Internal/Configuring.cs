using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Engine;
using Kolumn.Sdk.Internal.Transactions;
using Kolumn.Sdk.Streaming;
using Kolumn.Sdk.Telemetry;

namespace Kolumn.Sdk.Internal;

/// <summary>
/// The story of one Configure:
/// <list type="number">
/// <item>replace references to the environment;</item>
/// <item>from here on the sensitive values are taken out of whatever leaves the provider;</item>
/// <item>check against the schema; an attribute that nobody knows is only worth a warning;</item>
/// <item>connect.</item>
/// </list>
/// </summary>
internal sealed class Configuring<TSession>(
    ProviderDefinition<TSession> definition,
    SchemaValidation validation,
    SecretScrubber scrubber,
    ProviderLoggers loggers,
    TimeProvider time,
    Func<string, Exception, ProviderCallException> defect)
    where TSession : IProviderSession
{
    public async Task<(Envelope Answer, ConfiguredConnection<TSession>? Configured)> RunAsync(JsonObject config, CancellationToken cancellationToken)
    {
        var diagnostics = new List<Diagnostic>();
        var resolved = EnvironmentReferences.Resolve(config, definition.FullConfigSchema, Environment.GetEnvironmentVariable, diagnostics); // 1
        var secrets = SensitiveValues.TextsIn(resolved, definition.FullConfigSchema.Attributes).Select(text => new Secret(text)).ToList(); // 2
        scrubber.Learn(secrets);
        try
        {
            diagnostics.AddRange(validation.Check(resolved, definition.FullConfigSchema, unknownIsError: false, address: null)); // 3
            if (diagnostics.Find(d => d.Severity == Severity.Error) is { } fault)
            {
                Log.ConfigurationRefused(loggers.Config, scrubber.Scrub(fault.ToString()));
                return Refused(diagnostics);
            }

            var start = time.GetTimestamp();
            var connection = await definition.ConnectAsync(resolved, loggers, cancellationToken); // 4
            Log.Configured(loggers.Config, resolved.Count);
            Log.Connected(loggers.Connection, (long)time.GetElapsedTime(start).TotalMilliseconds);
            var state = new KeptState(definition.Name, time, loggers.State);
            var transactions = new TransactionTable<TSession>(connection, definition.HasTransactionalDdl, time, loggers.Connection);
            var store = resolved[ProviderDefinition<TSession>.AuditSetting]?.GetValueKind() == JsonValueKind.False ? null : definition.Audit;
            var audit = new AuditTrail<TSession>(store, $"{definition.Name} {definition.Version}", definition.HasTransactionalDdl, scrubber, time);
            var quarantine = new QuarantinePolicy<TSession>(definition.Quarantine, ProviderDefinition<TSession>.IsSafeDestroy(resolved), ProviderDefinition<TSession>.RetentionOf(resolved), definition.HasTransactionalDdl, time);
            var configured = new ConfiguredConnection<TSession>(connection, state, transactions, audit, new OutboxRunners(time), quarantine, secrets, scrubber, loggers.Connection);
            secrets = [];
            return (Envelope.Ok with { Diagnostics = diagnostics.Count > 0 ? diagnostics : null }, configured);
        }
        catch (ProviderException refused)
        {
            Log.ConnectionFailed(loggers.Connection, scrubber.Scrub(refused.Message));
            return Refused([refused.Diagnostic, .. diagnostics]);
        }
        catch (Exception unexpected) when (unexpected is not OperationCanceledException)
        {
            // Here, while the secrets that its message may hold are still known.
            throw defect("Configure", unexpected);
        }
        finally
        {
            secrets.ForEach(s => s.Dispose());
        }
    }

    // Scrubbed while the secrets of this configuration are still known.
    private (Envelope, ConfiguredConnection<TSession>?) Refused(List<Diagnostic> diagnostics) =>
        (scrubber.Scrub(Envelope.Failure<Envelope>(diagnostics)), null);
}
