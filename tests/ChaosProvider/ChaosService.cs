using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Kolumn.Protocol.Wire;

namespace Kolumn.ChaosProvider;

/// <summary>A provider that answers every function with what it was asked, unless its behaviour says otherwise.</summary>
internal sealed class ChaosService(Behaviour behaviour, Channel<string> events, SlowWire wire) : Provider.ProviderBase
{
    private string _configuration = "null";
    private int _calls;

    public override async Task<ConfigureResponse> Configure(ConfigureRequest request, ServerCallContext context)
    {
        await ActAsync("Configure", context);
        _configuration = request.Config.ToStringUtf8();
        if (behaviour.Has("echo-secrets"))
        {
            var password = JsonNode.Parse(_configuration)!["password"]!.GetValue<string>();
            await Console.Error.WriteLineAsync($"connecting with {password}");
            throw new RpcException(new Status(StatusCode.Internal, $"cannot connect with {password}"));
        }

        return new ConfigureResponse { Result = Json(behaviour.Text("answer-Configure") ?? """{"success":true}""") };
    }

    public override async Task<SchemaResponse> Schema(SchemaRequest request, ServerCallContext context)
    {
        await ActAsync("Schema", context);
        return new SchemaResponse
        {
            Schema = Json(behaviour.Text("answer-Schema") ?? """{"name":"chaos","version":"1.0.0","supported_functions":["Ping","Plan","Apply"]}"""),
        };
    }

    public override async Task<CallFunctionResponse> CallFunction(CallFunctionRequest request, ServerCallContext context)
    {
        var calls = Interlocked.Increment(ref _calls);
        events.Writer.TryWrite(new JsonObject { ["type"] = "progress", ["request_id"] = "1", ["message"] = request.Function }.ToJsonString());
        await ActAsync(request.Function, context);
        if (behaviour.Number("size-" + request.Function) is { } size)
        {
            return new CallFunctionResponse { Output = Json($"{{\"success\":true,\"data\":\"{new string('x', (int)size)}\"}}") };
        }

        if (request.Function.StartsWith("Unknown", StringComparison.Ordinal))
        {
            throw new RpcException(new Status(StatusCode.Unimplemented, $"unsupported function: {request.Function}"));
        }

        return new CallFunctionResponse
        {
            Output = Json(behaviour.Text("answer-" + request.Function) ?? new JsonObject
            {
                ["success"] = true,
                ["function"] = request.Function,
                ["pid"] = Environment.ProcessId,
                ["calls"] = calls,
                ["flooded"] = EventService.Flooded,
                ["flooding"] = Misdeeds.IsFlooding,
                ["config"] = JsonNode.Parse(_configuration),
                ["environment"] = string.Join(',', Environment.GetEnvironmentVariables().Keys.Cast<string>().Order(StringComparer.Ordinal)),
                ["request_id"] = context.RequestHeaders.GetValue("kolumn-request-id"),
            }.ToJsonString()),
        };
    }

    public override async Task<CloseResponse> Close(CloseRequest request, ServerCallContext context)
    {
        await ActAsync("Close", context);
        return new CloseResponse { Result = Json(behaviour.Text("answer-Close") ?? """{"success":true}""") };
    }

    private async Task ActAsync(string function, ServerCallContext context)
    {
        // once=FILE: the first process to act leaves the file behind, and every later one behaves.
        if (behaviour.Text("on-" + function) is { } action && !(behaviour.Text("once") is { } file && File.Exists(file)))
        {
            if (behaviour.Text("once") is { } mark)
            {
                await File.WriteAllTextAsync(mark, "");
            }

            if (action == "trickle")
            {
                wire.BecomeSlow();
            }

            await Misdeeds.ActAsync(action, context.CancellationToken);
        }
    }

    private static ByteString Json(string text) => ByteString.CopyFrom(text, Encoding.UTF8);
}
