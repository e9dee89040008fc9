using System.Runtime.Versioning;
using Kolumn.Servers;
using Kolumn.Testing;

namespace Kolumn.Compliance.Tests;

/// <summary>The real <c>kolumn</c> with a provider that is older or newer than it is: everything that both know works.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class OtherVersionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("of-a-later-version")]
    [InlineData("of-an-earlier-version")]
    public async Task Commands_ProviderOfAnotherVersion_DoWhatBothKnow(string version)
    {
        var provider = _folder.Write("kolumn-provider-sqlite", $"#!/bin/sh\nWRONG={version} exec '{Verified.Wrong}' \"$@\"\n");
        File.SetUnixFileMode(provider, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Describe("note");

        await ExpectAsync(0, "init");
        await ExpectAsync(0, "apply", "--auto-approve");
        Describe("note", "amount");
        (await ExpectAsync(2, "plan", "--detailed-exitcode")).ShouldContain("sqlite_table.orders");
        await ExpectAsync(0, "apply", "--auto-approve");
        await ExpectAsync(0, "plan", "--detailed-exitcode");
        await ExpectAsync(0, "destroy", "--auto-approve");
    }

    public void Dispose() => _folder.Dispose();

    private void Describe(params string[] columns) => _folder.Write("main.kl", $$"""
        provider "sqlite" {
          database = "shop.db"
        }
        create "sqlite_table" "orders" {
        {{string.Join('\n', columns.Select(c => $"  column \"{c}\" {{ type = \"TEXT\" }}"))}}
        }
        create "sqlite_index" "by_note" {
          table   = sqlite_table.orders
          columns = ["note"]
        }
        """);

    private async Task<string> ExpectAsync(int exitCode, params string[] arguments)
    {
        var run = await Command.RunAsync(
            Repository.Executable("Kolumn.Cli", "kolumn"),
            [$"--chdir={_folder.Path}", .. arguments],
            TimeSpan.FromMinutes(1),
            TestContext.Current.CancellationToken,
            new Dictionary<string, string> { ["NO_COLOR"] = "1", ["KOLUMN_PLUGIN_DIR"] = _folder.Path });
        run.ExitCode.ShouldBe(exitCode, $"kolumn {string.Join(' ', arguments)}\n{run.Output}\n{run.Errors}");
        return run.Output + run.Errors;
    }
}
