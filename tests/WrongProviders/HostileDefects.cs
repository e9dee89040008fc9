using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.WrongProviders;

/// <summary>Wrong about bad input, secrets and crowds.</summary>
internal static partial class HostileDefects
{
    private static readonly SemaphoreSlim Turn = new(1, 1);
    private static readonly TaskCompletionSource<string> Never = new();
    private static int _cancelled;

    public static IReadOnlyList<Defect> All { get; } =
    [
        new("dies-of-broken-json") { Function = (_, input, next, _) => input is null ? ResourceDefects.Die() : next() },
        new("broken-json-will-do") { Function = async (function, input, next, _) => input is null && function == FunctionNames.Plan ? await Task.FromResult(Bend.Success) : await next() },
        new("broken-json-is-a-bug") { Function = async (_, input, next, _) => input is null ? throw Bend.Bug("unexpected end of input") : await next() },
        new("refuses-unknown-members") { Function = (_, input, next, _) => input?.ContainsKey("from_a_later_version") == true ? ResourceDefects.Refuse() : next() },
        new("fails-on-null") { Function = async (function, input, next, _) => function == FunctionNames.Plan && input is not null && input["resources"] is null ? throw Bend.Bug("null") : await next() },
        new("numbers-are-types") { Function = (function, input, next, _) =>
            function == FunctionNames.CreateResource && input?["resource_type"]?.GetValueKind() == System.Text.Json.JsonValueKind.Number ? Task.FromResult(Bend.Success) : next() },
        new("long-names-are-bugs") { Function = async (_, input, next, _) => input?["name"] is JsonValue name && name.ToJsonString().Length > 1_000_000 ? throw Bend.Bug("buffer too small") : await next() },
        new("executes-texts") { Function = async (function, input, next, _) =>
        {
            if (function == FunctionNames.CreateResource && Dropped().Match(input?.ToJsonString() ?? "") is { Success: true } match)
            {
                await next(FunctionNames.DeleteResource, new JsonObject { ["resource_type"] = "sqlite_table", ["name"] = match.Groups[1].Value, ["options"] = new JsonObject { ["force"] = true } });
            }

            return await next();
        } },
        new("quotes-are-bugs") { Function = async (function, input, next, _) =>
            function == FunctionNames.CreateResource && Dropped().IsMatch(input?.ToJsonString() ?? "") ? throw Bend.Bug("syntax error near DROP") : await next() },
        new("secret-in-an-error") { Schema = (schema, _) => ProcessDefects.Attribute(schema, "password", true), Configure = (config, next) => WithPassword(config, next, tell: true, log: false) },
        new("secret-in-a-log") { Schema = (schema, _) => ProcessDefects.Attribute(schema, "password", true), Configure = (config, next) => WithPassword(config, next, tell: false, log: true) },
        new("secret-in-a-bug") { Schema = (schema, _) => ProcessDefects.Attribute(schema, "password", true), Configure = (config, next) => IsRight(config) ? WithPassword(config, next, false, false) : throw Bend.Bug($"cannot connect with {config["password"]}") },
        new("one-call-at-a-time") { Function = async (_, _, next, _) =>
        {
            if (!await Turn.WaitAsync(0))
            {
                return await ResourceDefects.Refuse();
            }

            try
            {
                await Task.Delay(5);
                return await next();
            }
            finally
            {
                Turn.Release();
            }
        } },
        new("changes-get-lost") { Function = async (function, _, next, _) =>
        {
            if (function != FunctionNames.CreateResource)
            {
                return await next();
            }

            var isAlone = await Turn.WaitAsync(0);
            try
            {
                await Task.Delay(20);
                return isAlone ? await next() : """{"success":true,"state":{"name":"x"}}""";
            }
            finally
            {
                if (isAlone)
                {
                    Turn.Release();
                }
            }
        } },
        new("hangs-after-a-cancel") { Function = async (function, _, next, token) =>
        {
            token.Register(() => Interlocked.Increment(ref _cancelled));
            return Volatile.Read(ref _cancelled) > 0 && function == FunctionNames.CreateResource && !token.IsCancellationRequested ? await Never.Task : await next();
        } },
        new("dies-of-a-deadline") { Function = async (function, _, next, token) =>
        {
            token.Register(() => Environment.Exit(11));
            return await next();
        } },
        new("talks-all-the-time") { Function = (_, _, next, _) =>
        {
            Console.Error.Write(string.Concat(Enumerable.Repeat("still here\n", 3000)));
            return next();
        } },
    ];

    private static bool IsRight(JsonObject config) => config.Text("password") == "the-password-of-the-author";

    private static async Task<Envelope> WithPassword(JsonObject config, Func<Task<Envelope>> next, bool tell, bool log)
    {
        var password = config["password"]?.ToString() ?? "";
        if (log)
        {
            await Console.Error.WriteLineAsync($"connecting with {password}");
        }

        if (config["password"] is JsonValue && IsRight(config))
        {
            config.Remove("password");
            return await next();
        }

        return new Envelope { Error = tell ? $"the password {password} is wrong" : "the password is wrong", Code = "CONNECTION_ERROR" };
    }

    [GeneratedRegex("DROP TABLE (\\w+)")]
    private static partial Regex Dropped();
}
