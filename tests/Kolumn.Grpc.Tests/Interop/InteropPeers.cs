using System.Diagnostics;
using Kolumn.Testing;

namespace Kolumn.Grpc.Tests.Interop;

/// <summary>
/// Sets the peers up, once per process: what is there is used; grpc-js is installed by npm into the tests' own folder; grpcio comes
/// from Debian's packages when we may install them. What cannot be had makes its tests skip with the reason.
/// </summary>
internal static class InteropPeers
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(5);

    // The system's interpreter first: it is the one Debian's packages belong to.
    private static readonly string[] PythonCandidates = ["/usr/bin/python3", "python3"];

    private static readonly Lazy<Task<PeerSetup>> Node = new(SetUpNodeAsync);
    private static readonly Lazy<Task<PeerSetup>> Python = new(SetUpPythonAsync);

    private static string Folder { get; } = Path.Combine(Repository.Root, "tests", "Kolumn.Grpc.Tests");

    private static string Proto { get; } = Path.Combine(Folder, "Protos", "probe.proto");

    /// <summary>Sets every peer up; what cannot be had, with its reason.</summary>
    public static async Task<IReadOnlyList<string>> SetUpAllAsync()
    {
        PeerSetup[] setups = [await Node.Value, await Python.Value];
        return [.. setups.Select(setup => setup.Missing).OfType<string>()];
    }

    /// <summary>Starts the peer's server (on <c>127.0.0.1:0</c> or <c>unix:path</c>); skips the test when the peer cannot be had.</summary>
    public static async Task<PeerProcess> StartServerAsync(InteropPeer peer, string target) => peer == InteropPeer.GrpcJs
        ? PeerProcess.Start(await NeedAsync(Node), Path.Combine(Folder, "Interop", "node", "server.js"), Proto, target)
        : PeerProcess.Start(await NeedAsync(Python), Path.Combine(Folder, "Interop", "python", "server.py"), target);

    /// <summary>Starts the peer's client for one scenario; skips the test when the peer cannot be had.</summary>
    public static async Task<PeerProcess> StartClientAsync(InteropPeer peer, string target, string scenario) => peer == InteropPeer.GrpcJs
        ? PeerProcess.Start(await NeedAsync(Node), Path.Combine(Folder, "Interop", "node", "client.js"), Proto, target, scenario)
        : PeerProcess.Start(await NeedAsync(Python), Path.Combine(Folder, "Interop", "python", "client.py"), target, scenario);

    private static async Task<string> NeedAsync(Lazy<Task<PeerSetup>> peer)
    {
        var setup = await peer.Value;
        Assert.SkipWhen(setup.Missing is not null, setup.Missing ?? "");
        return setup.Interpreter;
    }

    private static async Task<PeerSetup> SetUpNodeAsync()
    {
        if (await RunAsync("node", "--version") != 0)
        {
            return PeerSetup.None("grpc-js cannot be tested: node is not on the PATH.");
        }

        var folder = Path.Combine(Folder, "Interop", "node");
        string[] check = ["--eval", $"process.chdir({Quote(folder)}); require({Quote(Path.Combine(folder, "node_modules", "@grpc", "grpc-js"))}); "
            + $"require({Quote(Path.Combine(folder, "node_modules", "@grpc", "proto-loader"))})"];
        if (await RunAsync("node", check) == 0)
        {
            return new PeerSetup("node", null);
        }

        if (await RunAsync("npm", "ci", "--prefix", folder, "--no-audit", "--no-fund") != 0 || await RunAsync("node", check) != 0)
        {
            return PeerSetup.None("grpc-js cannot be tested: it is not installed and npm ci in tests/Kolumn.Grpc.Tests/Interop/node failed.");
        }

        return new PeerSetup("node", null);
    }

    private static async Task<PeerSetup> SetUpPythonAsync()
    {
        if (await FindPythonAsync() is { } found)
        {
            return new PeerSetup(found, null);
        }

        if (Environment.UserName != "root" || await RunAsync("apt-get", "--version") != 0)
        {
            return PeerSetup.None("grpcio cannot be tested: no python3 has the modules grpc and google.protobuf, and we may not install "
                + "python3-grpcio and python3-protobuf.");
        }

        if (await RunAsync("apt-get", "install", "--yes", "--no-install-recommends", "python3-grpcio", "python3-protobuf") != 0)
        {
            await RunAsync("apt-get", "update");
            await RunAsync("apt-get", "install", "--yes", "--no-install-recommends", "python3-grpcio", "python3-protobuf");
        }

        return await FindPythonAsync() is { } installed
            ? new PeerSetup(installed, null)
            : PeerSetup.None("grpcio cannot be tested: python3-grpcio and python3-protobuf could not be installed.");
    }

    private static async Task<string?> FindPythonAsync()
    {
        foreach (var candidate in PythonCandidates)
        {
            if (await RunAsync(candidate, "-c", "import grpc, google.protobuf") == 0)
            {
                return candidate;
            }
        }

        return null;
    }

    // The exit code; -1 when the program is not there or did not end in time.
    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var limit = new CancellationTokenSource(InstallLimit);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["DEBIAN_FRONTEND"] = "noninteractive" },
            })!;
            try
            {
                await Task.WhenAll(
                    process.StandardOutput.ReadToEndAsync(limit.Token),
                    process.StandardError.ReadToEndAsync(limit.Token),
                    process.WaitForExitAsync(limit.Token));
                return process.ExitCode;
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return -1;
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }

    private static string Quote(string text) => System.Text.Json.JsonSerializer.Serialize(text);

    private sealed record PeerSetup(string Interpreter, string? Missing)
    {
        public static PeerSetup None(string reason) => new("", reason);
    }
}
