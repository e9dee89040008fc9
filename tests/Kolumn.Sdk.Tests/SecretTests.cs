using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Sdk.Internal;
using Kolumn.Sdk.Telemetry;
using Microsoft.Extensions.Logging;

namespace Kolumn.Sdk.Tests;

public sealed class SecretTests
{
    [Fact]
    public void Secret_Printed_IsRedactedUntilRevealedAndGoneOnceDisposed()
    {
        var secret = new Secret("tr0ub4dor");

        $"{secret}".ShouldBe("[REDACTED]");
        secret.Reveal().ShouldBe("tr0ub4dor");
        secret.Characters.ToString().ShouldBe("tr0ub4dor");
        secret.Dispose();
        secret.Dispose();
        Should.Throw<ObjectDisposedException>(() => secret.Reveal());
        secret.Characters.Length.ShouldBe(0);
    }

    [Theory]
    [InlineData("login with tr0ub4dor&3 failed", "login with [REDACTED] failed")]
    [InlineData("GET /?p=tr0ub4dor%263", "GET /?p=[REDACTED]")]
    [InlineData("host=h;Password=other;timeout=3", "host=h;Password=[REDACTED];timeout=3")]
    [InlineData("pwd = 'with spaces; and more' x", "pwd = [REDACTED] x")]
    [InlineData("api_key=abc&x=1", "api_key=[REDACTED]&x=1")]
    [InlineData("connect to postgres://app:s3cr3t@db:5432/shop failed", "connect to postgres://app:[REDACTED]@db:5432/shop failed")]
    [InlineData("token-abcdefgh1234 and sk-abcdefgh1234", "[REDACTED] and [REDACTED]")]
    [InlineData("password authentication failed for user \"app\"", "password authentication failed for user \"app\"")]
    [InlineData("the pin pi is not in a pie", "the pin [REDACTED] is not in a pie")]
    public void Scrub_ConfiguredSecretsAndWhatLooksLikeOne_AreTakenOut(string text, string expected)
    {
        var scrubber = new SecretScrubber();
        scrubber.Learn([new Secret("tr0ub4dor&3"), new Secret("pi"), new Secret("")]);

        scrubber.Scrub(text).ShouldBe(expected);
    }

    [Fact]
    public void Scrub_DisposedSecret_IsForgotten()
    {
        var scrubber = new SecretScrubber();
        using var secret = new Secret("tr0ub4dor");
        scrubber.Learn([secret]);
        secret.Dispose();

        scrubber.Scrub("tr0ub4dor").ShouldBe("tr0ub4dor");
    }

    [Fact]
    public void Resolve_EnvironmentReferences_WithTypesEscapesAndErrors()
    {
        var schema = new ObjectType
        {
            Attributes = new Dictionary<string, AttributeSchema>
            {
                ["port"] = new() { Type = "int" },
                ["tls"] = new() { Type = "bool" },
                ["url"] = new() { Type = "string" },
            },
        };
        var values = new Dictionary<string, string> { ["PORT"] = "5432", ["TLS"] = "true", ["PW"] = "p" };
        var diagnostics = new List<Diagnostic>();

        var resolved = EnvironmentReferences.Resolve(
            JsonNode.Parse("""{"port":"${PORT}","tls":"${TLS}","url":"x://u:${PW}@h/$${PW}","list":["${PW}",{"a":"${NOPE}"}],"n":3,"odd":"${}"}""")!.AsObject(),
            schema,
            values.GetValueOrDefault,
            diagnostics);

        resolved.ToJsonString().ShouldBe("""{"port":5432,"tls":true,"url":"x://u:p@h/${PW}","list":["p",{"a":""}],"n":3,"odd":"${}"}""");
        diagnostics.ShouldHaveSingleItem().ToString().ShouldBe("list[1].a: the environment variable NOPE is not set. Set it where kolumn runs, or write the value itself.");
    }

    [Fact]
    public void Log_Line_IsOneScrubbedJsonObjectWhateverItHolds()
    {
        var scrubber = new SecretScrubber();
        scrubber.Learn([new Secret("tr0ub4dor")]);
        using var stream = new MemoryStream();
        using (var log = new ProviderLog("folder", "info", scrubber, () => stream))
        {
            var logger = log.CreateLogger("HandlerLogger");
            Log.ResourceFailed(logger, "create", "note.a\n\u001b[31m\u0085", "refused tr0ub4dor");
            logger.Log(LogLevel.Error, default, "broken", new InvalidOperationException("with tr0ub4dor"), (text, _) => text);
            Log.Dispatching(logger, "Plan", 3);
            Log.Planned(log.CreateLogger("Microsoft.AspNetCore"), 1, 2);
        }

        var lines = System.Text.Encoding.UTF8.GetString(stream.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(2);
        lines[0].ShouldNotContain("\u001b");
        lines[0].ShouldNotContain("\u0085");
        var first = JsonNode.Parse(lines[0])!.AsObject();
        first["@m"]!.GetValue<string>().ShouldBe("create note.a\n\u001b[31m\u0085: refused [REDACTED]");
        first.ShouldSatisfyAllConditions(
            l => l["@l"]!.GetValue<string>().ShouldBe("Warning"),
            l => l["provider"]!.GetValue<string>().ShouldBe("folder"),
            l => l["logger"]!.GetValue<string>().ShouldBe("HandlerLogger"),
            l => l["event_id"]!.GetValue<int>().ShouldBe(301));
        JsonNode.Parse(lines[1])!["@x"]!.GetValue<string>().ShouldContain("InvalidOperationException: with [REDACTED]");
    }

    [Theory]
    [InlineData("debug", LogLevel.Debug)]
    [InlineData("WARN", LogLevel.Warning)]
    [InlineData("error", LogLevel.Error)]
    [InlineData(null, LogLevel.Information)]
    [InlineData("loud", LogLevel.Information)]
    [InlineData("off", LogLevel.None)]
    public void Log_Level_ComesFromTheEnvironment(string? text, LogLevel least)
    {
        using var log = new ProviderLog("folder", text, new SecretScrubber(), () => Stream.Null);

        var logger = log.CreateLogger("StateLogger");

        Enum.GetValues<LogLevel>().Where(logger.IsEnabled).ShouldBe(Enum.GetValues<LogLevel>().Where(l => l >= least && l != LogLevel.None));
    }
}
