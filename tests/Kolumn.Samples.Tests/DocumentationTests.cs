using System.Text.RegularExpressions;
using Kolumn.Protocol;
using Kolumn.Testing;

namespace Kolumn.Samples.Tests;

/// <summary>What the documents say of the samples, the messages and the handshake, held against them.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Guide = Read("docs/writing-a-provider.md");
    private static readonly string Page = Read("docs/protocol.md");

    /// <summary>The commands of the guide's walk: what it installs, and what follows.</summary>
    internal static (string Install, string Walk) WalkAsWritten => Walk().Match(Guide).Groups["text"].Value.Split('\n', 2) is [var install, var walk] ? (install, walk) : ("", "");

    public static TheoryData<string, string> Snippets => [.. Marked().Matches(Guide).Select(m => (m.Groups["file"].Value, m.Groups["text"].Value))];

    [Fact]
    public void Guide_EveryBlockOfCode_SaysWhereItComesFrom()
    {
        var blocks = Block().Count(Guide);

        blocks.ShouldBe(Snippets.Count + 1, "All but the walk's commands are snippets: write <!-- file --> above the block.");
        Snippets.Count.ShouldBeGreaterThan(5);
    }

    [Theory]
    [MemberData(nameof(Snippets))]
    public void Guide_Snippet_StandsInTheSample(string file, string text) => Read(file).ShouldContain(text, Case.Sensitive);

    [Theory]
    [InlineData("docs/writing-a-provider.md")]
    [InlineData("docs/protocol.md")]
    [InlineData("docs/streaming.md")]
    [InlineData("docs/functions.md")]
    [InlineData("docs/verify.md")]
    [InlineData("samples/python/README.md")]
    [InlineData("samples/node/README.md")]
    [InlineData("samples/go/README.md")]
    [InlineData("samples/csharp/README.md")]
    public void Links_OfAPage_LeadSomewhere(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;

        Link().Matches(Read(page)).Select(m => m.Groups["target"].Value).Where(t => !Path.Exists(Path.GetFullPath(t, folder))).ShouldBeEmpty();
    }

    [Fact]
    public void Decisions_EachNumber_IsThereOnceAndOpensItsPage()
    {
        var pages = Directory.GetFiles(Path.Combine(Repository.Root, "docs", "decisions"), "*.md").Select(f => (Number: Path.GetFileName(f)[..4], Title: File.ReadLines(f).First())).ToList();

        pages.Select(p => p.Number).ShouldBeUnique();
        pages.Where(p => !p.Title.StartsWith($"# {p.Number}", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Protocol_EveryServiceAndMethodOfTheMessages_IsOnThePage()
    {
        var methods = Directory.GetFiles(Path.Combine(Repository.Root, "protos"), "*.proto", SearchOption.AllDirectories).SelectMany(MethodsIn).ToList();

        methods.Count.ShouldBeGreaterThan(8);
        methods.Where(m => !Page.Contains(m.Service, StringComparison.Ordinal) || !Page.Contains(m.Method, StringComparison.Ordinal))
            .Where(m => m.Service != "grpc.health.v1.Health").ShouldBeEmpty();
    }

    [Fact]
    public void Protocol_EveryServiceOnThePage_IsAmongTheMessages()
    {
        var known = Directory.GetFiles(Path.Combine(Repository.Root, "protos"), "*.proto", SearchOption.AllDirectories)
            .SelectMany(MethodsIn).SelectMany(m => new[] { m.Service, $"{m.Service}/{m.Method}" }).ToHashSet(StringComparer.Ordinal);

        var named = ServiceOnPage().Matches(Page).Select(m => m.Groups["name"].Value).Distinct().ToList();

        named.Count.ShouldBeGreaterThan(4);
        named.Where(n => !known.Contains(n)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(HandshakeEnvironment.CookieName)]
    [InlineData(HandshakeEnvironment.CookieValue)]
    [InlineData(HandshakeEnvironment.ProtocolVersions)]
    [InlineData(HandshakeEnvironment.MinPort)]
    [InlineData(HandshakeEnvironment.MaxPort)]
    [InlineData(HandshakeEnvironment.ClientCertificate)]
    [InlineData(HandshakeEnvironment.SocketDirectory)]
    [InlineData(HandshakeEnvironment.Transport)]
    public void Protocol_HandshakeVariable_IsOnThePage(string name) => Page.ShouldContain($"`{name}`");

    private static IEnumerable<(string Service, string Method)> MethodsIn(string file)
    {
        var text = File.ReadAllText(file);
        var package = PackageLine().Match(text).Groups["name"].Value;
        return ServiceBlock().Matches(text).SelectMany(s => MethodLine().Matches(s.Groups["body"].Value).Select(m => ($"{package}.{s.Groups["name"].Value}", m.Groups["name"].Value)));
    }

    internal static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, file)).ReplaceLineEndings("\n");

    [GeneratedRegex("<!-- (?<file>\\S+) -->\n```[a-z]+\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Marked();

    [GeneratedRegex("^```[a-z]+$", RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex("```sh\n(?<text>apt-get install .*?)```", RegexOptions.Singleline)]
    private static partial Regex Walk();

    [GeneratedRegex(@"\]\((?<target>[^)#:]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^package (?<name>[a-z0-9.]+);", RegexOptions.Multiline)]
    private static partial Regex PackageLine();

    [GeneratedRegex("^service (?<name>\\w+) \\{(?<body>.*?)^\\}", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ServiceBlock();

    [GeneratedRegex("^\\s*rpc (?<name>\\w+)", RegexOptions.Multiline)]
    private static partial Regex MethodLine();

    [GeneratedRegex("`(?<name>(?:grpc|plugin|kolumn)\\.[a-z0-9.]*[A-Z]\\w*(?:/\\w+)?)`")]
    private static partial Regex ServiceOnPage();
}
