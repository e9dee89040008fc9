using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Wire;
using Kolumn.Sdk.Telemetry;

namespace Kolumn.Sdk.Internal;

/// <summary>The four methods on the wire, and the one place where a failed call becomes a gRPC status.</summary>
internal sealed class ProviderService(IProvider provider) : Provider.ProviderBase
{
    /// <summary>A request at its limit and what surrounds it on the wire.</summary>
    public const int MaxMessageBytes = Limits.MaxRequestBytes + (64 * 1024);

    private const string RequestIdHeader = "kolumn-request-id";

    public override Task<ConfigureResponse> Configure(ConfigureRequest request, ServerCallContext context) => AnswerAsync(nameof(Configure), context, async token =>
    {
        if (request.Config.Length > Limits.MaxConfigBytes)
        {
            throw new ProviderCallException(
                ProviderCallFailure.TooLarge, $"the configuration of {request.Config.Length} bytes is over the limit of {Limits.MaxConfigBytes}");
        }

        JsonObject config;
        try
        {
            config = request.Config.IsEmpty ? [] : PayloadJson.Read<JsonObject>(request.Config.Span);
        }
        catch (JsonException malformed)
        {
            throw new ProviderCallException(ProviderCallFailure.InvalidRequest, $"the configuration is not a JSON object: {malformed.Message}", malformed);
        }

        return new ConfigureResponse { Result = Wrap(PayloadJson.Write(await provider.ConfigureAsync(config, token))) };
    });

    public override Task<SchemaResponse> Schema(SchemaRequest request, ServerCallContext context) => AnswerAsync(nameof(Schema), context, async token =>
        new SchemaResponse { Schema = Wrap(PayloadJson.Write(await provider.SchemaAsync(token))) });

    public override Task<CallFunctionResponse> CallFunction(CallFunctionRequest request, ServerCallContext context) => AnswerAsync(request.Function, context, async token =>
        new CallFunctionResponse { Output = Wrap(await provider.CallFunctionAsync(request.Function, request.Input.Memory, token)) });

    public override Task<CloseResponse> Close(CloseRequest request, ServerCallContext context) => AnswerAsync(nameof(Close), context, async token =>
        new CloseResponse { Result = Wrap(PayloadJson.Write(await provider.CloseAsync(token))) });

    /// <summary>The one place where a failed call becomes a status.</summary>
    internal static async Task<T> AnswerAsync<T>(string call, ServerCallContext context, Func<CancellationToken, Task<T>> answer)
    {
        RequestScope.RequestId = context.RequestHeaders.GetValue(RequestIdHeader);
        using var span = ProviderSpans.Answer(call, context.RequestHeaders.GetValue("traceparent"));
        try
        {
            return await answer(context.CancellationToken);
        }
        catch (ProviderCallException failure)
        {
            span.Fail(failure.Failure.ToString());
            throw new RpcException(new Status(StatusOf(failure.Failure), failure.Message));
        }
    }

    private static StatusCode StatusOf(ProviderCallFailure failure) => failure switch
    {
        ProviderCallFailure.UnsupportedFunction => StatusCode.Unimplemented,
        ProviderCallFailure.InvalidRequest => StatusCode.InvalidArgument,
        ProviderCallFailure.NotConfigured => StatusCode.FailedPrecondition,
        ProviderCallFailure.TooLarge => StatusCode.ResourceExhausted,
        ProviderCallFailure.DeadlineExceeded => StatusCode.DeadlineExceeded,
        _ => StatusCode.Internal,
    };

    // The bytes are ours alone: nobody writes to them any more.
    private static ByteString Wrap(ReadOnlyMemory<byte> json) => UnsafeByteOperations.UnsafeWrap(json);
}
