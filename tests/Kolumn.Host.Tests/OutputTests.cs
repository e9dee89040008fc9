using System.Text;
using Kolumn.Host.Supervision;
using Kolumn.Protocol;
using Microsoft.Extensions.Logging;

namespace Kolumn.Host.Tests;

public sealed class OutputTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Output_PoisonedLogLines_TextAndTheTrueOnesStructured()
    {
        await using var chaos = new ChaosHost("poison");
        await using var provider = await chaos.StartAsync();
        await provider.CloseAsync(Token);

        var hclog = chaos.Values.Single(v => v.Any(p => p.Key == "ProviderMessage" && p.Value as string == "hclog speaks"));
        hclog.ShouldContain(p => p.Key == "rows" && (string)p.Value! == "7");
        hclog.ShouldContain(p => p.Key == "Provider" && (string)p.Value! == "chaos");
        chaos.Logged.ShouldContain((LogLevel.Warning, "chaos: hclog speaks rows=7"));
        chaos.Logged.ShouldContain((LogLevel.Error, "chaos: compact speaks Table=users"));
        chaos.Logged.ShouldContain((LogLevel.Debug, "chaos stderr: {\"@message\":1}"));
        chaos.Logged.Count(l => l.Level == LogLevel.Debug && l.Text.StartsWith("chaos stderr: ", StringComparison.Ordinal)).ShouldBe(8);
    }

    [Theory]
    [InlineData("{\"@level\":\"info\",\"@message\":\"m\"}", LogLevel.Information, "m")]
    [InlineData("{\"@level\":\"trace\",\"@message\":\"m\",\"@module\":\"x\"}", LogLevel.Trace, "m")]
    [InlineData("{\"@t\":\"2026-01-01\",\"@m\":\"m\"}", LogLevel.Information, "m")]
    [InlineData("{\"@t\":\"2026-01-01\",\"@mt\":\"m {x}\",\"@l\":\"Fatal\"}", LogLevel.Critical, "m {x}")]
    [InlineData("{\"@level\":\"info\",\"@message\":\"\\u001b[31m\"}", LogLevel.Information, @"\x1b[31m")]
    public void LogLine_Structured_Read(string line, LogLevel level, string message)
    {
        var read = LogLine.Parse(Encoding.UTF8.GetBytes(line)).ShouldNotBeNull();
        read.Level.ShouldBe(level);
        read.Message.ShouldBe(message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("text")]
    [InlineData("{}")]
    [InlineData("{\"@message\":\"no level\"}")]
    [InlineData("{\"@level\":\"loud\",\"@message\":\"m\"}")]
    [InlineData("{\"@level\":\"info\",\"@message\":null}")]
    [InlineData("{\"@level\":\"info\",\"@message\":\"m\"} ")]
    public void LogLine_AnythingElse_IsText(string line) => LogLine.Parse(Encoding.UTF8.GetBytes(line)).ShouldBeNull();

    [Fact]
    public void LogLine_RandomText_NeverThrows()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        string[] pieces = ["{", "}", "\"@level\":", "\"@message\":", "\"info\"", "null", ",", "\"\\ud800\"", "1e999", "[", "]", "\"@t\":", "\u0000", "é"];
        for (var i = 0; i < 20_000; i++)
        {
            var text = "{" + string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)])) + "}";
            Should.NotThrow(() => LogLine.Parse(Encoding.UTF8.GetBytes(text)), $"seed {seed}");
        }
    }

    [Theory]
    [InlineData(new[] { "a\nb\r\n", "c" }, new[] { "a", "b", "c" }, 0)]
    [InlineData(new[] { "ab", "cd\n", "\n" }, new[] { "abcd", "" }, 0)]
    [InlineData(new[] { "123456789012", "345\nx\n" }, new[] { "1234567890", "x" }, 5)]
    [InlineData(new[] { "1234567890\n" }, new[] { "1234567890" }, 0)]
    [InlineData(new string[0], new string[0], 0)]
    public void Lines_AnyChunks_CutAtTheLimit(string[] chunks, string[] expected, int cut)
    {
        var lines = new List<string>();
        var dropped = 0L;
        var splitter = new LineSplitter(10, (line, more) =>
        {
            lines.Add(Encoding.UTF8.GetString(line));
            dropped += more;
        });
        foreach (var chunk in chunks)
        {
            splitter.Append(Encoding.UTF8.GetBytes(chunk));
        }

        splitter.Complete();
        lines.ShouldBe(expected);
        dropped.ShouldBe(cut);
    }

    [Fact]
    public void Lines_RandomChunks_EqualTheWholeText()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(200)).Select(_ => random.Next(8) == 0 ? '\n' : 'a'));
            var lines = new List<string>();
            var splitter = new LineSplitter(1000, (line, _) => lines.Add(Encoding.UTF8.GetString(line)));
            for (var at = 0; at < text.Length;)
            {
                var size = Math.Min(random.Next(1, 20), text.Length - at);
                splitter.Append(Encoding.UTF8.GetBytes(text.Substring(at, size)));
                at += size;
            }

            splitter.Complete();
            var expected = text.Split('\n').ToList();
            if (expected[^1].Length == 0)
            {
                expected.RemoveAt(expected.Count - 1);
            }

            lines.ShouldBe(expected, $"seed {seed}");
        }
    }

    [Fact]
    public void Tail_StackTrace_KeepsTheLineThatSaysWhatHappened()
    {
        var tail = new OutputTail();
        string[] lines = ["before", "Unhandled exception. Out of paper", .. Enumerable.Range(0, 200).Select(i => $"   at Frame{i}()"), "\tat the end", "after", "  one"];
        foreach (var line in lines)
        {
            tail.Add(Encoding.UTF8.GetBytes(line));
        }

        tail.Read(new SecretScrubber()).ShouldBe(
        [
            "before", "Unhandled exception. Out of paper", "   at Frame0()", "   at Frame1()", "   at Frame2()", "   at Frame3()", "   at Frame4()", "   ... 196 more",
            "after", "  one",
        ]);
    }

    [Fact]
    public void Tail_ManyLines_KeepsTheLastTwenty()
    {
        var tail = new OutputTail();
        foreach (var line in Enumerable.Range(0, 100))
        {
            tail.Add(Encoding.UTF8.GetBytes($"{line}"));
        }

        tail.Read(new SecretScrubber()).ShouldBe(Enumerable.Range(80, 20).Select(i => $"{i}"));
    }

    [Theory]
    [InlineData("plain é 漢 😀\ttab", "plain é 漢 😀\ttab")]
    [InlineData("\u001b]0;title\u0007", @"\x1b]0;title\x07")]
    [InlineData("a\u202eb\u2028c\u0085", @"a\u202eb\u2028c\x85")]
    public void Neutralise_ForeignText_HarmlessAndReadable(string text, string expected) => TerminalText.Neutralise(text).ShouldBe(expected);
}
