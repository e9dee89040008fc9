using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Kolumn.Protocol.Runtime;
using Kolumn.Protocol.Schema;

namespace Kolumn.Protocol.Payloads;

/// <summary>
/// The one place where payloads become JSON and back. Unknown members are ignored, a member that occurs twice is an error,
/// <c>null</c> stands for an absent list or map, nesting is bounded.
/// </summary>
public static class PayloadJson
{
    /// <summary>Levels of nesting in one payload: far beyond any real configuration, far below what a stack can bear.</summary>
    public const int MaxDepth = 64;

    private static readonly PayloadJsonContext Context = new(new JsonSerializerOptions(PayloadJsonContext.Default.Options)
    {
        AllowDuplicateProperties = false,
        MaxDepth = MaxDepth,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static byte[] Write<T>(T payload) => JsonSerializer.SerializeToUtf8Bytes(payload, TypeInfo<T>());

    /// <exception cref="JsonException">The text is not such a payload; the message names the path.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, TypeInfo<T>()) ?? throw new JsonException("The payload is null where an object is expected.");
        }
        catch (ArgumentException duplicate)
        {
            // What the serializer throws when a free-form object holds a member twice.
            throw new JsonException(duplicate.Message, duplicate);
        }
    }

    public static JsonNode? ToNode<T>(T payload) => JsonSerializer.SerializeToNode(payload, TypeInfo<T>());

    /// <exception cref="JsonException">The node is not such a payload.</exception>
    public static T FromNode<T>(JsonNode node) =>
        node.Deserialize(TypeInfo<T>()) ?? throw new JsonException("The payload is null where an object is expected.");

    private static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)Context.GetTypeInfo(typeof(T))!;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Envelope))]
[JsonSerializable(typeof(ProviderSchema))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(CreateResourceRequest))]
[JsonSerializable(typeof(CreateResourceResponse))]
[JsonSerializable(typeof(ReadResourceRequest))]
[JsonSerializable(typeof(ReadResourceResponse))]
[JsonSerializable(typeof(UpdateResourceRequest))]
[JsonSerializable(typeof(UpdateResourceResponse))]
[JsonSerializable(typeof(DeleteResourceRequest))]
[JsonSerializable(typeof(DeleteResourceResponse))]
[JsonSerializable(typeof(DiscoverResourcesRequest))]
[JsonSerializable(typeof(DiscoverResourcesResponse))]
[JsonSerializable(typeof(PingRequest))]
[JsonSerializable(typeof(PingResponse))]
[JsonSerializable(typeof(VersionRequest))]
[JsonSerializable(typeof(VersionResponse))]
[JsonSerializable(typeof(PlanRequest))]
[JsonSerializable(typeof(PlanResponse))]
[JsonSerializable(typeof(ApplyResponse))]
[JsonSerializable(typeof(StateRequest))]
[JsonSerializable(typeof(StateResponse))]
[JsonSerializable(typeof(SetStateRequest))]
[JsonSerializable(typeof(SetStateResponse))]
[JsonSerializable(typeof(DriftRequest))]
[JsonSerializable(typeof(DriftResponse))]
[JsonSerializable(typeof(ValidateRequest))]
[JsonSerializable(typeof(ValidateResponse))]
[JsonSerializable(typeof(AuditRequest))]
[JsonSerializable(typeof(AuditResponse))]
[JsonSerializable(typeof(TransactionRequest))]
[JsonSerializable(typeof(TransactionResponse))]
[JsonSerializable(typeof(BatchRequest))]
[JsonSerializable(typeof(BatchResponse))]
[JsonSerializable(typeof(MigrationRequest))]
[JsonSerializable(typeof(MigrationPlanResponse))]
[JsonSerializable(typeof(MigrationApplyResponse))]
[JsonSerializable(typeof(MigrationRollbackResponse))]
[JsonSerializable(typeof(DiscoverDatabaseRequest))]
[JsonSerializable(typeof(DiscoverDatabaseResponse))]
[JsonSerializable(typeof(IntrospectRequest))]
[JsonSerializable(typeof(IntrospectResponse))]
[JsonSerializable(typeof(OutboxHealthMetricsRequest))]
[JsonSerializable(typeof(OutboxHealthMetrics))]
[JsonSerializable(typeof(OutboxCleanupRetentionRequest))]
[JsonSerializable(typeof(OutboxCleanupRetentionResponse))]
[JsonSerializable(typeof(OutboxExchangeRequest))]
[JsonSerializable(typeof(OutboxExchangeResponse))]
[JsonSerializable(typeof(ResourceInstance))]
[JsonSerializable(typeof(ProviderEvent))]
[JsonSerializable(typeof(RuntimePlanRequest))]
[JsonSerializable(typeof(RuntimePlan))]
internal sealed partial class PayloadJsonContext : JsonSerializerContext;
