using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Sdk.Engine;
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
        var resolved = EnvironmentReferences.Resolve(config, definition.ConfigSchema, Environment.GetEnvironmentVariable, diagnostics); // 1
        var secrets = SecretsOf(resolved, definition.ConfigSchema.Attributes).ToList(); // 2
        scrubber.Learn(secrets);
        try
        {
            diagnostics.AddRange(validation.Check(resolved, definition.ConfigSchema, unknownIsError: false, address: null)); // 3
            if (diagnostics.Find(d => d.Severity == Severity.Error) is { } fault)
            {
                Log.ConfigurationRefused(loggers.Config, scrubber.Scrub(fault.ToString()));
                return Refused(diagnostics);
            }

            var start = time.GetTimestamp();
            var connection = await definition.ConnectAsync(resolved, cancellationToken); // 4
            Log.Configured(loggers.Config, resolved.Count);
            Log.Connected(loggers.Connection, (long)time.GetElapsedTime(start).TotalMilliseconds);
            var state = new KeptState(definition.Name, time, loggers.State);
            var configured = new ConfiguredConnection<TSession>(connection, state, secrets, scrubber, loggers.Connection);
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

    private static IEnumerable<Secret> SecretsOf(JsonNode? value, IReadOnlyDictionary<string, AttributeSchema> attributes) =>
        value is JsonObject members
            ? members.SelectMany(m => attributes.TryGetValue(m.Key, out var schema) ? SecretsOf(m.Value, schema) : [])
            : [];

    private static IEnumerable<Secret> SecretsOf(JsonNode? value, AttributeSchema schema) => (value, schema) switch
    {
        (_, { Sensitive: true }) => TextsIn(value).Where(t => t.Length > 0).Select(t => new Secret(t)),
        (JsonArray elements, { Elem: { } element }) => elements.SelectMany(e => SecretsOf(e, element)),
        (JsonObject, { Attributes: { } attributes }) => SecretsOf(value, attributes),
        (JsonObject members, { Elem: { } element }) => members.SelectMany(m => SecretsOf(m.Value, element)),
        _ => [],
    };

    private static IEnumerable<string> TextsIn(JsonNode? value) => value switch
    {
        JsonObject members => members.SelectMany(m => TextsIn(m.Value)),
        JsonArray elements => elements.SelectMany(TextsIn),
        JsonValue text when text.GetValueKind() == JsonValueKind.String => [text.GetValue<string>()],
        JsonValue number when number.GetValueKind() == JsonValueKind.Number => [number.ToJsonString()],
        _ => [],
    };
}
