using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using static Kolumn.Sdk.Streaming.StreamAttributes;

namespace Kolumn.Sdk.Streaming;

/// <summary>
/// Sinks: <c>stream_sink</c>. A secret is never part of one: it holds the name of an environment variable, <c>${NAME}</c>, that the
/// relay replaces when it delivers. So nothing of it is sensitive, and nothing of it can leak.
/// </summary>
public sealed partial class StreamSinkHandler<TSession>(IStreamDialect<TSession> dialect) : StreamRecordHandler<TSession>(dialect, StreamTypes.Sink)
    where TSession : IProviderSession
{
    private static readonly string[] Types = ["http", "file", "stdout"];
    private static readonly string[] Formats = ["event", "payload", "cloudevents"];
    private static readonly string[] SecretHeaders = ["authorization", "proxy-authorization", "cookie", "x-api-key", "x-auth-token"];

    public override string Description => "Where events are delivered: a webhook, a file of JSON lines, or the standard output of the relay.";

    public override ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The sink's name, unique in the database; the resource's own name when left out."),
            ["type"] = OneOf("http, file or stdout.", Types, required: true),
            ["target"] = Text("Of http the URL, of file the path, seen from where the relay runs. May hold ${NAME} for environment variables of the relay."),
            ["format"] = OneOf("event (all of the event, the default), payload (its payload alone) or cloudevents (CloudEvents 1.0).", Formats),
            ["batch_size"] = Number("How many events it takes at a time: requests of http, lines of a file. Default: 16 for http, 1000 for the others.", 1, 1000),
            ["enabled"] = Flag("Whether events are delivered to it; those of its routes wait while they are not. Default: true."),
            ["options"] = Object("How to deliver.", new()
            {
                ["signing_key"] = Text("Of http: signs each request as Standard Webhooks says. The name of an environment variable of the relay: ${NAME}."),
                ["headers"] = new() { Type = AttributeTypes.Map, Elem = new AttributeSchema { Type = AttributeTypes.String }, Description = "Of http: further headers. Secrets as ${NAME}." },
                ["timeout_seconds"] = Number("Of http: the longest a request may take. Default: 15.", 1, 300),
                ["max_attempts"] = Number("After so many an event becomes a dead letter: status failed. Default: 8.", 1, 1000),
                ["backoff_ms"] = Number("The pause after the first failed attempt; each further one doubles it, up to five minutes. Default: 1000.", 1, 300000),
            }),
        },
    };

    public override IEnumerable<ObjectReference> Requires(JsonObject definition) => [];

    private protected override JsonObject Describe(StreamConfig config)
    {
        var definition = new JsonObject { ["name"] = config.Name("sink") };
        var type = config.Text("type") ?? "";
        definition["type"] = type;
        if (Target(config, type) is { } target)
        {
            definition["target"] = target;
        }

        if (config.Choice("format", Formats) is { } format)
        {
            definition["format"] = format;
        }

        if (config.Number("batch_size") is { } batch)
        {
            definition["batch_size"] = batch;
        }

        if (config.IsDisabled)
        {
            definition["enabled"] = false;
        }

        if (config["options"] is JsonObject { Count: > 0 } options)
        {
            Check(config, options, type);
            definition["options"] = options.DeepClone();
        }

        return definition;
    }

    private static string? Target(StreamConfig config, string type)
    {
        var target = config.Text("target");
        if (type == "stdout")
        {
            if (target is not null)
            {
                config.Invalid("target", "standard output has no target", "Remove the line.");
            }

            return null;
        }

        if (target is null)
        {
            config.Context.Error(DiagnosticCodes.MissingAttribute, AttributePath.Of("target"), "'target' is missing", type == "file" ? "Write the path of the file." : "Write the URL.");
            return null;
        }

        if (type == "http" && !Reference().IsMatch(target) && !(Uri.TryCreate(target, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
        {
            config.Invalid("target", "this is no http or https URL", "Write, for example, https://example.com/events.");
        }

        if (type == "http" && Password().Match(target) is { Success: true } secret && !Reference().IsMatch(secret.Groups["secret"].Value))
        {
            config.Invalid("target", "a password in a URL would be stored in clear", "Write ${NAME} in its place, and set the environment variable NAME where the relay runs.");
        }

        return target;
    }

    private static void Check(StreamConfig config, JsonObject options, string type)
    {
        var at = AttributePath.Of("options");
        foreach (var name in (string[])["signing_key", "headers", "timeout_seconds"])
        {
            if (type != "http" && options[name] is not null)
            {
                config.Invalid(at.Member(name), $"{name} belongs to a sink of type http", "Remove it.");
            }
        }

        if (StreamConfig.TextOf(options, "signing_key") is { } key && !WholeReference().IsMatch(key))
        {
            config.Invalid(at.Member("signing_key"), "a signing key would be stored in clear", "Write \"$${NAME}\", and set the environment variable NAME where the relay runs.");
        }

        foreach (var (name, value) in options["headers"] as JsonObject ?? [])
        {
            var place = at.Member("headers").Member(name);
            if (!HeaderName().IsMatch(name))
            {
                config.Invalid(place, $"\"{name}\" cannot be the name of a header");
            }
            else if (SecretHeaders.Contains(name.ToLowerInvariant()) && !(value?.GetValueKind() == System.Text.Json.JsonValueKind.String && Reference().IsMatch(value.GetValue<string>())))
            {
                config.Invalid(place, $"the header {name} would be stored in clear", "Write its secret part as \"$${NAME}\", and set the environment variable NAME where the relay runs.");
            }
        }
    }

    [GeneratedRegex(@"\$\{[A-Za-z_][A-Za-z0-9_]*\}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Reference();

    [GeneratedRegex(@"\A\$\{[A-Za-z_][A-Za-z0-9_]*\}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex WholeReference();

    [GeneratedRegex(@"\A[a-z]+://[^/@:]*:(?<secret>[^/@]+)@", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Password();

    [GeneratedRegex(@"\A[A-Za-z0-9!#$%&'*+.^_`|~-]+\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex HeaderName();
}
