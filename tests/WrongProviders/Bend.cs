using System.Text.Json.Nodes;
using Kolumn.Protocol;

namespace Kolumn.WrongProviders;

/// <summary>Calls that are sound but for one thing.</summary>
internal static class Bend
{
    public const string Success = """{"success":true}""";

    /// <summary>Every answer of a function, changed on its way back.</summary>
    public static Call Answer(string function, Action<JsonObject> change) => async (called, _, next, _) =>
        called == function ? Changed(await next(), change) : await next();

    /// <summary>Every refusal of every function, changed on its way back.</summary>
    public static Call Refusals(Action<JsonObject> change) => async (_, _, next, _) =>
    {
        var answer = await next();
        return IsSuccess(answer) ? answer : Changed(answer, change);
    };

    /// <summary>A function's requests, changed on their way there.</summary>
    public static Call Request(string function, Action<JsonObject> change) => (called, input, next, _) =>
    {
        if (called != function || input is null)
        {
            return next();
        }

        change(input);
        return next(null, input);
    };

    /// <summary>A function that another one is called for.</summary>
    public static Call Exchange(string function, string other) => (called, _, next, _) => called == function ? next(other) : next();

    /// <summary>A function that answers without doing anything, when its request is like that.</summary>
    public static Call Pretend(string function, Func<JsonObject, bool> when, Func<JsonObject, string> answer) => (called, input, next, _) =>
        called == function && input is not null && when(input) ? Task.FromResult(answer(input)) : next();

    public static string Changed(string answer, Action<JsonObject> change)
    {
        var body = (JsonObject)JsonNode.Parse(answer)!;
        change(body);
        return body.ToJsonString();
    }

    public static bool IsSuccess(string answer) => JsonNode.Parse(answer)?["success"]?.GetValueKind() == System.Text.Json.JsonValueKind.True;

    public static IEnumerable<JsonObject> Objects(this JsonObject value, string name) => value[name] is JsonArray elements ? elements.OfType<JsonObject>() : [];

    public static string? Text(this JsonObject value, string name) => (string?)value[name];

    public static bool IsSaid(this JsonObject request, string member) => request[member] is not null;

    public static ProviderCallException Bug(string message) => new(ProviderCallFailure.Defect, message);
}
