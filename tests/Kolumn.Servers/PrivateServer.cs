using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Kolumn.Servers;

/// <summary>
/// A server process in a temporary folder of its own, which a user other than root owns. It ends with its owner, however that
/// ends: a shell holds the server and stops it when its stdin closes.
/// </summary>
public sealed class PrivateServer : IAsyncDisposable
{
    // $0 is the signal, $1 the server. The subshell that waits for stdin is the lifeline.
    private const string Lifeline = """exec 3<&0; "$@" </dev/null & server=$!; read -r _ <&3; kill -"$0" "$server"; wait "$server" """;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private string[] _asUser = [];
    private Process? _shell;

    public PrivateServer(string folderPrefix) => Folder = Directory.CreateTempSubdirectory(folderPrefix).FullName;

    public string Folder { get; }

    /// <summary>A port of the loopback address that nobody listens at.</summary>
    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>
    /// Database servers refuse to run as root. When we are, the folder with everything in it goes to <paramref name="user"/> or else to nobody, who
    /// runs all that follows.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no such user.</exception>
    public async Task LeaveRootAsync(string user, CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return;
        }

        var users = (await File.ReadAllLinesAsync("/etc/passwd", cancellationToken)).Select(l => l.Split(':')).ToDictionary(f => f[0], f => (Uid: f[2], Gid: f[3]));
        var name = users.ContainsKey(user) ? user : "nobody";
        if (!users.TryGetValue(name, out var found))
        {
            throw new InvalidOperationException($"it must not run as root, and there is neither a user {user} nor a user nobody");
        }

        await RunAsync(["chown", "-R", $"{found.Uid}:{found.Gid}", Folder], cancellationToken);
        _asUser = ["setpriv", $"--reuid={found.Uid}", $"--regid={found.Gid}", "--clear-groups"];
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message says why.</exception>
    public async Task RunAsync(string[] command, CancellationToken cancellationToken)
    {
        string[] all = [.. _asUser, .. command];
        var result = await Command.RunAsync(all[0], all[1..], StartLimit, cancellationToken);
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"{string.Join(' ', all.Take(6))} … failed: {result.Tail}");
        }
    }

    /// <summary>Starts the server and waits until it says on stderr that it is ready.</summary>
    /// <param name="stopSignal">The one that ends it quickly and in good order, such as INT.</param>
    /// <exception cref="InvalidOperationException">It did not get ready in time; the message holds what it last said.</exception>
    public async Task StartAsync(string[] command, string readyMessage, string stopSignal, CancellationToken cancellationToken)
    {
        string[] all = [.. _asUser, "/bin/sh", "-c", Lifeline, stopSignal, .. command];
        var start = new ProcessStartInfo(all[0], all[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        _shell = Process.Start(start) ?? throw new InvalidOperationException($"{all[0]} could not be started");
        await WaitUntilReadyAsync(_shell, readyMessage, cancellationToken);
    }

    /// <summary>
    /// Kills the server and all its processes at once, as the end of a machine does. It can be started again on what it leaves. Linux, whose
    /// /proc tells who belongs to it.
    /// </summary>
    /// <param name="server">The process that the others are children of.</param>
    /// <exception cref="TimeoutException">One of them is still there.</exception>
    public async Task CrashAsync(int server, CancellationToken cancellationToken)
    {
        // Held still, so that it makes no child that is not seen: one that lives on keeps the shared memory, with which no server starts again.
        await Command.RunAsync("kill", ["-STOP", $"{server}"], StopLimit, cancellationToken);
        int[] family = [server, .. ChildrenOf(server)];
        foreach (var pid in family)
        {
            try
            {
                using var process = Process.GetProcessById(pid);
                process.Kill();
            }
            catch (Exception over) when (over is ArgumentException or InvalidOperationException)
            {
                // It ended meanwhile, as it should.
            }
        }

        // Who started the server takes note of its end before it is ended itself: of a process whose end nobody has noted the next server thinks that it runs.
        family = [.. family, .. _shell is { } shell ? ChildrenOf(shell.Id) : []];
        for (var start = Stopwatch.GetTimestamp(); family.Any(IsAlive);)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Stopwatch.GetElapsedTime(start) > StopLimit)
            {
                throw new TimeoutException($"some of the processes {string.Join(", ", family)} are still there after {StopLimit.TotalSeconds:0} s");
            }

            await Task.Yield();
        }

        await StopShellAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopShellAsync();
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    /// <summary>One that nobody has asked for its end yet is a zombie, and dead all the same.</summary>
    private static bool IsAlive(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return text[text.LastIndexOf(')') + 2] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static List<int> ChildrenOf(int parent)
    {
        var children = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            try
            {
                // The name, in parentheses, may hold anything.
                if (int.TryParse(Path.GetFileName(folder), out var pid)
                    && File.ReadAllText(Path.Combine(folder, "stat")) is var text
                    && text[(text.LastIndexOf(')') + 2)..].Split(' ')[1] == $"{parent}")
                {
                    children.Add(pid);
                }
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile.
            }
        }

        return children;
    }

    private async Task StopShellAsync()
    {
        if (_shell is { } shell)
        {
            shell.StandardInput.Close();
            using var limit = new CancellationTokenSource(StopLimit);
            try
            {
                await shell.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                shell.Kill(entireProcessTree: true);
            }

            shell.Dispose();
            _shell = null;
        }
    }

    private static async Task WaitUntilReadyAsync(Process shell, string readyMessage, CancellationToken cancellationToken)
    {
        var ready = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var last = "";
        shell.ErrorDataReceived += (_, line) =>
        {
            last = line.Data ?? last;
            if (line.Data?.Contains(readyMessage, StringComparison.Ordinal) == true)
            {
                ready.TrySetResult(true);
            }
        };
        shell.Exited += (_, _) => ready.TrySetResult(false);
        shell.EnableRaisingEvents = true;
        shell.BeginErrorReadLine();
        shell.BeginOutputReadLine();
        try
        {
            if (!await ready.Task.WaitAsync(StartLimit, cancellationToken))
            {
                throw new InvalidOperationException($"it ended while starting; it last said: {last}");
            }
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException($"it was not ready within {StartLimit.TotalSeconds:0} s; it last said: {last}");
        }
    }
}
