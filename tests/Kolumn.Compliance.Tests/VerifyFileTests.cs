using Kolumn.Testing;

namespace Kolumn.Compliance.Tests;

public sealed class VerifyFileTests
{
    [Theory]
    [InlineData("[]", "is not a JSON object")]
    [InlineData("{", "is not JSON")]
    [InlineData("""{"config":{},"config":{}}""", "is not JSON")]
    [InlineData("""{"confg":{}}""", "Nobody knows confg")]
    [InlineData("""{"config":3}""", "config is not an object")]
    [InlineData("""{"config":{"password":"${KOLUMN_NO_SUCH_VARIABLE}"}}""", "The variable KOLUMN_NO_SUCH_VARIABLE is not set")]
    [InlineData("""{"resources":{"table":7}}""", "resources.table is not an object")]
    [InlineData("""{"resources":{"table":{}}}""", "resources.table.config is not an object")]
    [InlineData("""{"resources":{"table":{"config":{},"uptade":{}}}}""", "Nobody knows resources.table.uptade")]
    [InlineData("""{"resources":{"index":{"config":{},"requires":{"t":{}}}}}""", "resources.index.requires.t has no type")]
    [InlineData("""{"skip":{"role":""}}""", "skip.role is not a text")]
    [InlineData("""{"options":{"call_timeout_seconds":"soon"}}""", "options.call_timeout_seconds is not a number of seconds")]
    [InlineData("""{"options":{"call_timeout_seconds":0}}""", "options.call_timeout_seconds is not a number of seconds")]
    public void Read_Fault_IsNamed(string text, string summary)
    {
        using var folder = new TemporaryFolder();

        var (options, diagnostics) = VerifyFile.Read(folder.Write("verify.json", text), new VerifyOptions { Executable = "x" });

        options.ShouldBeNull();
        diagnostics.ShouldHaveSingleItem().Summary.ShouldContain(summary);
    }

    [Fact]
    public void Read_SeveralFaults_AreAllNamed()
    {
        using var folder = new TemporaryFolder();

        var (_, diagnostics) = VerifyFile.Read(folder.Write("verify.json", """{"a":1,"resources":{"t":1},"options":{"b":2}}"""), new VerifyOptions { Executable = "x" });

        diagnostics.Select(d => d.Summary).ShouldBe(["Nobody knows a", "resources.t is not an object", "Nobody knows options.b"]);
    }

    [Fact]
    public void Read_Everything_IsKept()
    {
        using var folder = new TemporaryFolder();
        var text = """
            {
              // The author's remark.
              "config": { "host": "db" },
              "resources": { "index": { "config": { "a": 1 }, "update": { "a": 2 }, "requires": { "t": { "type": "table" } } } },
              "skip": { "role": "not mine" }, "variables": { "MODE": "x" }, "options": { "call_timeout_seconds": 2.5 },
            }
            """;

        var (options, diagnostics) = VerifyFile.Read(folder.Write("verify.json", text), new VerifyOptions { Executable = "x" });

        diagnostics.ShouldBeEmpty();
        ((string?)options!.Config!["host"]).ShouldBe("db");
        var fixture = options.Fixtures["index"];
        ((int)fixture.Config["a"]!, (int)fixture.Update!["a"]!).ShouldBe((1, 2));
        fixture.Requires.ShouldBe([new RequiredResource("t", "table", null)]);
        (options.Skip["role"], options.Variables["MODE"], options.CallTimeout).ShouldBe(("not mine", "x", TimeSpan.FromSeconds(2.5)));
    }
}
