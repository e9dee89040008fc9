using Kolumn.Host.Discovery;
using Kolumn.Host.Launching;
using Kolumn.Protocol;

namespace Kolumn.Host.Tests;

public sealed class LaunchTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("#!/no/such/interpreter", "interpreter /no/such/interpreter does not exist")]
    [InlineData("#!/bin/sh\r", "Windows line ends")]
    [InlineData("just text", "not a program that this system can execute")]
    [InlineData("MZ\u0090", "is a Windows executable")]
    public async Task Start_FileTheSystemRefuses_NotExecutableSaysWhy(string firstLine, string why)
    {
        await using var chaos = new ChaosHost();
        var path = chaos.Script("exit 0", firstLine: firstLine);
        var failure = await StartRefusedAsync(chaos, path);
        failure.Message.ShouldContain(why);
    }

    [Fact]
    public async Task Start_NoExecutePermission_NotExecutableSaysChmod()
    {
        await using var chaos = new ChaosHost();
        var path = chaos.Script("exit 0");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var failure = await StartRefusedAsync(chaos, path);
        failure.Message.ShouldContain($"is not executable. Run: chmod +x {path}");
    }

    [Fact]
    public async Task Start_Directory_NotExecutable()
    {
        await using var chaos = new ChaosHost();
        var failure = await StartRefusedAsync(chaos, chaos.Root);
        failure.Message.ShouldContain("is a directory");
    }

    [Fact]
    public async Task Start_EmptyFile_NotExecutable()
    {
        await using var chaos = new ChaosHost();
        var path = chaos.Script("");
        await File.WriteAllTextAsync(path, "", Token);
        var failure = await StartRefusedAsync(chaos, path);
        failure.Message.ShouldContain("is an empty file");
    }

    [Fact]
    public async Task Start_ProgramOfAnotherArchitecture_NamesBoth()
    {
        await using var chaos = new ChaosHost();
        var path = chaos.Script("");
        var header = new byte[64];
        "\u007fELF"u8.CopyTo(header);
        header[4] = 2;
        header[5] = 1;
        header[18] = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? (byte)62 : (byte)183;
        await File.WriteAllBytesAsync(path, header, Token);
        var failure = await StartRefusedAsync(chaos, path);
        failure.Message.ShouldContain("is built for Linux on");
    }

    [Fact]
    public async Task Start_ScratchDirectoryMissingAndNotToBeMade_ScratchUnavailable()
    {
        await using var chaos = new ChaosHost(change: o => o with { ScratchDirectory = "/proc/nowhere" });
        var failure = await chaos.FailToStartAsync();
        failure.Reason.ShouldBe(PluginFailure.ScratchUnavailable);
        failure.Phase.ShouldBe(PluginPhase.Launch);
        failure.Message.ShouldContain("/proc/nowhere");
    }

    [Fact]
    public async Task Start_ScratchDirectoryTooDeepForASocket_ShorterOneIsUsed()
    {
        await using var chaos = new ChaosHost(change: o => o with { ScratchDirectory = Path.Combine(o.ScratchDirectory, new string('d', 100)), Transport = ProviderTransport.Unix });
        await using var provider = await chaos.StartAsync();

        (await provider.SchemaAsync(Token)).Name.ShouldBe("chaos");

        var used = chaos.Launcher.Requests.Single().Environment[HandshakeEnvironment.SocketDirectory];
        used.Length.ShouldBeLessThan(63);
        await provider.CloseAsync(Token);
        Directory.Exists(used).ShouldBeFalse();
    }

    [Fact]
    public async Task Start_Environment_HoldsWhatIsPassedAndNothingElse()
    {
        Environment.SetEnvironmentVariable("KOLUMN_TEST_PASSED", "on purpose");
        Environment.SetEnvironmentVariable("KOLUMN_TEST_SECRET", "not for providers");
        await using var chaos = new ChaosHost(change: o => o with { PassedVariables = ["KOLUMN_TEST_PASSED", "KOLUMN_TEST_ABSENT"] });
        await using var provider = await chaos.StartAsync();

        var environment = chaos.Launcher.Requests.Single().Environment;
        environment["KOLUMN_TEST_PASSED"].ShouldBe("on purpose");
        environment.Keys.ShouldNotContain("KOLUMN_TEST_SECRET");
        environment.Keys.ShouldNotContain("KOLUMN_TEST_ABSENT");
        environment["PATH"].ShouldBe(Environment.GetEnvironmentVariable("PATH"));
        environment[HandshakeEnvironment.CookieName].ShouldBe(HandshakeEnvironment.CookieValue);
        environment[HandshakeEnvironment.ProtocolVersions].ShouldBe("1");
        environment[HandshakeEnvironment.Transport].ShouldBe("tcp");
        environment[HandshakeEnvironment.ClientCertificate].ShouldStartWith("-----BEGIN CERTIFICATE-----");
        environment[HandshakeEnvironment.ClientCertificate].ShouldNotContain("PRIVATE");
        environment["TMPDIR"].ShouldStartWith(environment[HandshakeEnvironment.SocketDirectory]);
        File.GetUnixFileMode(environment[HandshakeEnvironment.SocketDirectory])
            .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await provider.CloseAsync(Token);
    }

    [Fact]
    public async Task Start_FromDirectoryWithSpacesAndAccents_Serves()
    {
        await using var chaos = new ChaosHost();
        var directory = Directory.CreateDirectory(Path.Combine(chaos.Root, "données du projet")).FullName;
        var path = Path.Combine(directory, "kolumn-provider-chaos");
        File.Copy(chaos.Script($"exec '{ChaosHost.ChaosExecutable}'"), path);
        await using var provider = await chaos.Host.StartAsync(new ProviderExecutable(new ProviderRequirement("chaos"), path, null), Token);
        (await provider.SchemaAsync(Token)).Name.ShouldBe("chaos");
        await provider.CloseAsync(Token);
    }

    [Fact]
    public async Task Start_SweepsDirectoriesOfDeadHostsOnly()
    {
        await using var chaos = new ChaosHost();
        string space;
        using (var scratch = ScratchDirectory.Create(chaos.Scratch))
        {
            space = Path.GetFileName(scratch.Path).Split('-')[1];
        }

        var dead = Directory.CreateDirectory(Path.Combine(chaos.Scratch, $"klm-{space}-2147483646-1-aabbccdd")).FullName;
        var reused = Directory.CreateDirectory(Path.Combine(chaos.Scratch, $"klm-{space}-{Environment.ProcessId}-1-aabbccdd")).FullName;
        var mine = Directory.CreateDirectory(Path.Combine(chaos.Scratch, $"klm-{space}-{Environment.ProcessId}-{ProcessTree.Read(Environment.ProcessId)!.StartTime}-aabbccdd")).FullName;
        var foreign = Directory.CreateDirectory(Path.Combine(chaos.Scratch, "klm-somebody")).FullName;
        var container = Directory.CreateDirectory(Path.Combine(chaos.Scratch, "klm-1-2147483646-1-aabbccdd")).FullName;

        await using var provider = await chaos.StartAsync();

        Directory.Exists(dead).ShouldBeFalse();
        Directory.Exists(reused).ShouldBeFalse();
        Directory.Exists(mine).ShouldBeTrue();
        Directory.Exists(foreign).ShouldBeTrue();
        Directory.Exists(container).ShouldBeTrue();
        Directory.Delete(mine);
        Directory.Delete(foreign);
        Directory.Delete(container);
        await provider.CloseAsync(Token);
    }

    [Theory]
    [InlineData(11, PluginFailure.SystemExhausted, "could not start another process")]
    [InlineData(12, PluginFailure.SystemExhausted, "could not start another process")]
    [InlineData(24, PluginFailure.SystemExhausted, "could not start another process")]
    [InlineData(13, PluginFailure.NotExecutable, "cannot be executed")]
    public async Task Start_SystemRefuses_TheFileIsBlamedOnlyWhenItIsItsFault(int error, PluginFailure reason, string what)
    {
        await using var chaos = new ChaosHost();
        await using var host = new PluginHost(chaos.Options, chaos, new RefusingLauncher(error));
        var failure = await Should.ThrowAsync<PluginException>(() => host.StartAsync(new ProviderRequirement("chaos"), Token));
        failure.Reason.ShouldBe(reason);
        failure.Phase.ShouldBe(PluginPhase.Launch);
        failure.Message.ShouldContain(what);
        chaos.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Start_VerifiedCopyOnAFileSystemWithoutExec_SaysSo()
    {
        await using var chaos = new ChaosHost();
        var executable = chaos.ScriptExecutable("exit 0");
        var locks = await new Verification.LockFile().WithAsync(executable, "1.0.0", Token);
        await locks.WriteAsync(Path.Combine(chaos.Workspace, Verification.LockFile.FileName), Token);
        await using var host = new PluginHost(chaos.Options, chaos, new RefusingLauncher(13));
        var failure = await Should.ThrowAsync<PluginException>(() => host.StartAsync(executable, Token));
        failure.Reason.ShouldBe(PluginFailure.NotExecutable);
        failure.NextStep.ShouldContain("noexec");
        chaos.AssertNothingIsLeft();
    }

    private static async Task<PluginException> StartRefusedAsync(ChaosHost chaos, string path)
    {
        var executable = new ProviderExecutable(new ProviderRequirement("chaos"), path, null);
        var failure = await Should.ThrowAsync<PluginException>(() => chaos.Host.StartAsync(executable, Token));
        failure.Reason.ShouldBe(PluginFailure.NotExecutable);
        failure.Phase.ShouldBe(PluginPhase.Launch);
        failure.Path.ShouldBe(path);
        chaos.AssertNothingIsLeft();
        await using var survivor = await chaos.StartAsync();
        (await survivor.SchemaAsync(Token)).Name.ShouldBe("chaos");
        await survivor.CloseAsync(Token);
        return failure;
    }

    private sealed class RefusingLauncher(int error) : IProviderLauncher
    {
        public ProviderProcess Launch(LaunchRequest request) => throw new LaunchException(error, "refused");
    }
}
