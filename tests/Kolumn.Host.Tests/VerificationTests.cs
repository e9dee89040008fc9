using System.Diagnostics;
using System.Security.Cryptography;
using Kolumn.Host.Discovery;
using Kolumn.Host.Verification;
using Kolumn.Protocol;

namespace Kolumn.Host.Tests;

public sealed class VerificationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LockFile_WrittenAndRead_SameAndReadable()
    {
        await using var chaos = new ChaosHost();
        var path = Path.Combine(chaos.Workspace, LockFile.FileName);
        var executable = chaos.ScriptExecutable("exit 0");
        var written = await new LockFile().WithAsync(executable, "1.2.3", Token);
        await written.WriteAsync(path, Token);

        var digest = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(executable.Path, Token)));
        (await File.ReadAllTextAsync(path, Token)).ShouldBe(
            $$"""
            {
              "version": 1,
              "providers": {
                "kolumn/chaos": {
                  "version": "1.2.3",
                  "digests": {
                    "{{ProviderExecutable.Platform}}": "sha256:{{digest}}"
                  }
                }
              }
            }

            """);
        var read = await LockFile.ReadAsync(path, Token);
        read.Providers["kolumn/chaos"].Version.ShouldBe("1.2.3");
        read.Providers["kolumn/chaos"].Digests[ProviderExecutable.Platform].ShouldBe("sha256:" + digest);
        Directory.EnumerateFileSystemEntries(chaos.Workspace).ShouldBe([path]);
    }

    [Fact]
    public async Task LockFile_OtherPlatforms_KeptUntilTheVersionChanges()
    {
        await using var chaos = new ChaosHost();
        var executable = chaos.ScriptExecutable("exit 0");
        var other = new Dictionary<string, string> { ["plan9_mips"] = "sha256:" + new string('a', 64) };
        var locks = new LockFile { Providers = new Dictionary<string, LockedProvider> { ["kolumn/chaos"] = new("1.0.0", other) } };

        (await locks.WithAsync(executable, "1.0.0", Token)).Providers["kolumn/chaos"].Digests.Count.ShouldBe(2);
        (await locks.WithAsync(executable, "1.0.1", Token)).Providers["kolumn/chaos"].Digests.Keys.ShouldBe([ProviderExecutable.Platform]);
    }

    [Theory]
    [InlineData("", "The input does not contain any JSON tokens")]
    [InlineData("[]", "no version")]
    [InlineData("{\"version\":2}", "a newer Kolumn wrote it")]
    [InlineData("{\"version\":\"one\"}", "")]
    [InlineData("{\"version\":1,\"providers\":[]}", "")]
    [InlineData("{\"version\":1,\"providers\":{\"a/b\":{\"digests\":{\"linux_amd64\":\"md5:1\"}}}}", "is not a digest")]
    [InlineData("{\"version\":1,\"providers\":{\"a/b\":{},\"a/b\":{}}}", "")]
    public async Task LockFile_NotOne_RefusedAndNothingStarted(string text, string why)
    {
        await using var chaos = new ChaosHost();
        await File.WriteAllTextAsync(Path.Combine(chaos.Workspace, LockFile.FileName), text, Token);
        var failure = await chaos.FailToStartAsync();
        failure.Reason.ShouldBe(PluginFailure.NotLocked);
        failure.Phase.ShouldBe(PluginPhase.Verify);
        failure.Message.ShouldContain(why);
        chaos.Launcher.Started.ShouldBeEmpty();
    }

    [Fact]
    public async Task Start_LockDemandedAndMissing_NotLocked()
    {
        await using var chaos = new ChaosHost(change: o => o with { RequireLock = true });
        var failure = await chaos.FailToStartAsync();
        failure.Reason.ShouldBe(PluginFailure.NotLocked);
        failure.Message.ShouldContain("kolumn init");
        chaos.Launcher.Started.ShouldBeEmpty();
    }

    [Fact]
    public async Task Start_LockedSingleFile_TheCopyIsExecuted()
    {
        await using var chaos = new ChaosHost(change: o => o with { RequireLock = true });
        var executable = chaos.ScriptExecutable($"exec '{ChaosHost.ChaosExecutable}'");
        await LockAsync(chaos, executable);

        await using var provider = await chaos.Host.StartAsync(executable, Token);

        var request = chaos.Launcher.Requests.Single();
        request.Path.ShouldStartWith(chaos.Scratch);
        (await provider.SchemaAsync(Token)).Name.ShouldBe("chaos");
        await provider.CloseAsync(Token);
        File.Exists(request.Path).ShouldBeFalse();
    }

    [Fact]
    public async Task Start_CopiesAreKept_TheSecondStartMakesNoneAndAChangedProviderIsStillRefused()
    {
        await using var chaos = Keeping();
        var executable = chaos.ScriptExecutable($"exec '{ChaosHost.ChaosExecutable}'");
        var digest = await LockAsync(chaos, executable);
        var copies = Path.Combine(chaos.Workspace, ".kolumn", "verified");

        var first = await RunFromAsync(chaos, executable);
        var made = File.GetLastWriteTimeUtc(first);
        var second = await RunFromAsync(chaos, executable);

        first.ShouldBe(Path.Combine(copies, digest["sha256:".Length..], Path.GetFileName(executable.Path)));
        second.ShouldBe(first);
        File.GetLastWriteTimeUtc(second).ShouldBe(made);
        File.GetUnixFileMode(copies).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        // The copy is what the lock file demands, the provider no longer.
        var good = await File.ReadAllTextAsync(executable.Path, Token);
        await File.AppendAllTextAsync(executable.Path, "# rebuilt\n", Token);
        (await Should.ThrowAsync<PluginException>(() => chaos.Host.StartAsync(executable, Token))).Reason.ShouldBe(PluginFailure.ChecksumMismatch);

        // The other way round.
        await File.WriteAllTextAsync(executable.Path, good, Token);
        var mark = Path.Combine(chaos.Root, "executed");
        await File.WriteAllTextAsync(first, $"#!/bin/sh\ntouch '{mark}'\n", Token);
        (await RunFromAsync(chaos, executable)).ShouldBe(first);
        (await File.ReadAllTextAsync(first, Token)).ShouldBe(good);
        File.Exists(mark).ShouldBeFalse();

        // What the lock file no longer names goes with the next that is made.
        await File.AppendAllTextAsync(executable.Path, "# rebuilt\n", Token);
        var newer = await LockAsync(chaos, executable);
        await RunFromAsync(chaos, executable);
        Directory.GetFileSystemEntries(copies).ShouldBe([Path.Combine(copies, newer["sha256:".Length..])]);
    }

    [Theory]
    [InlineData("a link to a directory of somebody's")]
    [InlineData("a directory that others may enter")]
    public async Task Start_CopiesCannotBeKeptSafely_RunsFromTheProcessesOwnDirectory(string what)
    {
        await using var chaos = Keeping();
        var copies = Path.Combine(chaos.Workspace, ".kolumn", "verified");
        var target = Directory.CreateDirectory(what.StartsWith("a link", StringComparison.Ordinal) ? Path.Combine(chaos.Root, "elsewhere") : copies);
        File.SetUnixFileMode(target.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | (target.FullName == copies ? UnixFileMode.GroupWrite | UnixFileMode.GroupExecute : 0));
        var other = target.CreateSubdirectory("other");
        if (target.FullName != copies)
        {
            Directory.CreateSymbolicLink(copies, target.FullName);
        }

        var executable = chaos.ScriptExecutable($"exec '{ChaosHost.ChaosExecutable}'");
        await LockAsync(chaos, executable);

        (await RunFromAsync(chaos, executable)).ShouldStartWith(chaos.Scratch);

        target.GetFileSystemInfos().Select(f => f.FullName).ShouldBe([other.FullName]);
    }

    [Fact]
    public async Task Start_LockedDevelopmentBuild_TheWholeDirectoryIsVerifiedAndExecuted()
    {
        await using var chaos = new ChaosHost(change: o => o with { RequireLock = true });
        var copy = Directory.CreateDirectory(Path.Combine(chaos.Root, "build")).FullName;
        foreach (var file in Directory.EnumerateFiles(ChaosHost.ChaosDirectory))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        var executable = new ProviderExecutable(new ProviderRequirement("chaos"), Path.Combine(copy, "kolumn-provider-chaos"), null);
        var digest = await LockAsync(chaos, executable);
        digest.ShouldStartWith("sha256-tree:");
        digest.ShouldBe("sha256-tree:" + await TreeDigestOfTheShellAsync(copy));
        await using (var provider = await chaos.Host.StartAsync(executable, Token))
        {
            (await provider.SchemaAsync(Token)).Name.ShouldBe("chaos");
            await provider.CloseAsync(Token);
        }

        // The executable is the same; a library beside it is not.
        await File.AppendAllTextAsync(Path.Combine(copy, "Kolumn.Protocol.dll"), "x", Token);
        var failure = await Should.ThrowAsync<PluginException>(() => chaos.Host.StartAsync(executable, Token));
        failure.Reason.ShouldBe(PluginFailure.ChecksumMismatch);
        chaos.Launcher.Started.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Start_ChangedByOneByte_ChecksumMismatchAndNeverExecuted()
    {
        await using var chaos = new ChaosHost();
        var mark = Path.Combine(chaos.Root, "executed");
        var executable = chaos.ScriptExecutable($"exec '{ChaosHost.ChaosExecutable}'");
        var digest = await LockAsync(chaos, executable);
        await File.WriteAllTextAsync(executable.Path, $"#!/bin/sh\ntouch '{mark}'\n", Token);

        var failure = await Should.ThrowAsync<PluginException>(() => chaos.Host.StartAsync(executable, Token));

        failure.Reason.ShouldBe(PluginFailure.ChecksumMismatch);
        failure.Phase.ShouldBe(PluginPhase.Verify);
        failure.Path.ShouldBe(executable.Path);
        failure.Message.ShouldContain(digest);
        failure.NextStep.ShouldContain("kolumn init");
        File.Exists(mark).ShouldBeFalse();
        chaos.Launcher.Started.ShouldBeEmpty();
        chaos.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Start_LockedVersionIsNotAdmitted_NeverExecuted()
    {
        await using var chaos = new ChaosHost();
        var executable = chaos.ScriptExecutable($"exec '{ChaosHost.ChaosExecutable}'");
        await LockAsync(chaos, executable);

        var failure = await Should.ThrowAsync<PluginException>(() => chaos.Host.StartAsync(Requiring("~> 1.2"), Token));

        failure.Reason.ShouldBe(PluginFailure.VersionMismatch);
        failure.Phase.ShouldBe(PluginPhase.Verify);
        failure.Message.ShouldContain($"{LockFile.FileName} names version 1.0.0, which \"~> 1.2\" does not admit");
        failure.NextStep.ShouldContain("kolumn init --upgrade");
        chaos.Launcher.Started.ShouldBeEmpty();
        await using var provider = await chaos.Host.StartAsync(Requiring("~> 1.0"), Token);
        (await provider.SchemaAsync(Token)).Version.ShouldBe("1.0.0");

        ProviderExecutable Requiring(string constraint) => executable with { Requirement = executable.Requirement with { Version = VersionConstraint.Parse(constraint, out _) } };
    }

    [Fact]
    public async Task Schema_VersionIsNotAdmitted_VersionMismatchAndOthersServe()
    {
        await using var chaos = new ChaosHost();
        await using var refused = await chaos.Host.StartAsync(new ProviderRequirement("chaos") { Version = VersionConstraint.Parse("> 1.0", out _) }, Token);
        await using var admitted = await chaos.Host.StartAsync(new ProviderRequirement("chaos") { Version = VersionConstraint.Parse("= 1.0.0", out _) }, Token);

        var failure = await Should.ThrowAsync<PluginException>(() => refused.SchemaAsync(Token));

        failure.Reason.ShouldBe(PluginFailure.VersionMismatch);
        failure.Path.ShouldBe(ChaosHost.ChaosExecutable);
        failure.Message.ShouldContain("is version 1.0.0, which \"> 1.0\" does not admit");
        (await admitted.SchemaAsync(Token)).Version.ShouldBe("1.0.0");
    }

    [Fact]
    public async Task Start_NewerVersionBesideTheLockedOne_TakesTheLockedOne()
    {
        await using var chaos = new ChaosHost(change: o => o with { ProviderDirectories = [], RequireLock = true });
        foreach (var version in (string[])["1.0.0", "1.1.0"])
        {
            var place = Path.Combine(chaos.Workspace, ".kolumn", "providers", "kolumn", "chaos", version, ProviderExecutable.Platform);
            Directory.CreateDirectory(place);
            File.Copy(chaos.Script($"exec '{ChaosHost.ChaosExecutable}' # {version}"), Path.Combine(place, "kolumn-provider-chaos"));
        }

        await LockAsync(chaos, chaos.Host.Find(new ProviderRequirement("chaos") { PreferredVersion = "1.0.0" }));

        await using var provider = await chaos.Host.StartAsync(new ProviderRequirement("chaos"), Token);

        provider.Executable.Version.ShouldBe("1.0.0");
        chaos.Host.Find(new ProviderRequirement("chaos")).Version.ShouldBe("1.1.0");
    }

    [Fact]
    public async Task Start_FileSwappedInALoop_NeverExecutesAnUnverifiedByte()
    {
        await using var chaos = new ChaosHost(change: o => o with { CrashLimit = 1000 });
        var mark = Path.Combine(chaos.Root, "executed");
        var executable = chaos.ScriptExecutable("echo '1|1|good'; exec sleep 600");
        await LockAsync(chaos, executable);
        var good = Path.Combine(chaos.Root, "good");
        var evil = Path.Combine(chaos.Root, "evil");
        File.Copy(executable.Path, good);
        await File.WriteAllTextAsync(evil, $"#!/bin/sh\ntouch '{mark}'\necho '1|1|evil'; exec sleep 600\n", Token);
        File.SetUnixFileMode(evil, File.GetUnixFileMode(good));
        using var stop = new CancellationTokenSource();
        var swapper = Task.Run(() =>
        {
            var next = Path.Combine(chaos.Root, "next");
            for (var round = 0; !stop.IsCancellationRequested; round++)
            {
                File.Copy(round % 2 == 0 ? evil : good, next, overwrite: true);
                File.Move(next, executable.Path, overwrite: true);
            }
        }, Token);

        var reasons = new List<PluginFailure>();
        for (var i = 0; i < 40; i++)
        {
            reasons.Add((await Should.ThrowAsync<PluginException>(() => chaos.Host.StartAsync(executable, Token))).Reason);
        }

        await stop.CancelAsync();
        await swapper;
        File.Exists(mark).ShouldBeFalse();
        reasons.ShouldAllBe(r => r == PluginFailure.ChecksumMismatch || r == PluginFailure.MalformedHandshake);
        reasons.ShouldContain(PluginFailure.ChecksumMismatch);
    }

    private static ChaosHost Keeping()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no copies are kept on Windows");
        var chaos = new ChaosHost(change: o => o with { RequireLock = true, VerifiedDirectory = Path.Combine(o.WorkspaceDirectory, ".kolumn", "verified") });
        Directory.CreateDirectory(Path.Combine(chaos.Workspace, ".kolumn"));
        return chaos;
    }

    /// <summary>Starts the provider and closes it again.</summary>
    /// <returns>What was executed.</returns>
    private static async Task<string> RunFromAsync(ChaosHost chaos, ProviderExecutable executable)
    {
        await using var provider = await chaos.Host.StartAsync(executable, Token);
        (await provider.SchemaAsync(Token)).Name.ShouldBe("chaos");
        await provider.CloseAsync(Token);
        return chaos.Launcher.Requests.Last().Path;
    }

    private static async Task<string> LockAsync(ChaosHost chaos, ProviderExecutable executable)
    {
        var locks = await new LockFile().WithAsync(executable, "1.0.0", Token);
        await locks.WriteAsync(Path.Combine(chaos.Workspace, LockFile.FileName), Token);
        return locks.Providers["kolumn/chaos"].Digests[ProviderExecutable.Platform];
    }

    /// <summary>The command that the documentation gives for it.</summary>
    private static async Task<string> TreeDigestOfTheShellAsync(string directory)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "find . -type f -printf '%P\\n' | LC_ALL=C sort | xargs sha256sum | sha256sum"])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
        };
        using var shell = Process.Start(start)!;
        var output = await shell.StandardOutput.ReadToEndAsync(Token);
        await shell.WaitForExitAsync(Token);
        return output.Split(' ')[0];
    }
}
