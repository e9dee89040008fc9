using System.IO.Pipes;
using System.Runtime.InteropServices;

namespace Kolumn.Host.Launching;

/// <summary>
/// Starts a provider in a session of its own with nothing inherited but three pipes. System.Diagnostics.Process can do neither
/// the session nor the exclusion of foreign descriptors, and collects the exit status as soon as it can, after which a pid
/// may belong to a stranger.
/// </summary>
public sealed class UnixProviderLauncher : IProviderLauncher
{
    // A parallel copy of the executable, or another thread's fork, may hold the file open for writing for a moment.
    private const int BusyAttempts = 20;

    public ProviderProcess Launch(LaunchRequest request)
    {
        var input = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);
        var output = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        var error = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        try
        {
            var pid = Spawn(
                request.Path, [], request.Environment, Descriptor(input), Descriptor(output), Descriptor(error));
            return new UnixProviderProcess(pid, request.Marker, input, output, error);
        }
        catch
        {
            input.Dispose();
            output.Dispose();
            error.Dispose();
            throw;
        }
        finally
        {
            input.DisposeLocalCopyOfClientHandle();
            output.DisposeLocalCopyOfClientHandle();
            error.DisposeLocalCopyOfClientHandle();
        }
    }

    /// <summary>posix_spawn with a new session, default signals and the given descriptors as 0, 1 and 2.</summary>
    /// <exception cref="LaunchException">The system refused.</exception>
    internal static int Spawn(
        string path, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, int input, int output, int error)
    {
        for (var attempt = 1; ; attempt++)
        {
            var code = TrySpawn(path, [path, .. arguments], [.. environment.Select(v => $"{v.Key}={v.Value}")], input, output, error, out var pid);
            if (code == 0)
            {
                return pid;
            }

            if (code != Libc.TextFileBusy || attempt == BusyAttempts)
            {
                throw new LaunchException(code, Marshal.GetPInvokeErrorMessage(code));
            }

            // posix_spawn takes about a millisecond, which is the pause; a writer that needs longer is a real writer.
            Thread.Yield();
        }
    }

    private static unsafe int TrySpawn(
        string path, string[] arguments, string[] environment, int input, int output, int error, out int pid)
    {
        var actions = stackalloc byte[Libc.OpaqueSize];
        var attributes = stackalloc byte[Libc.OpaqueSize];
        var signals = stackalloc byte[Libc.OpaqueSize];
        var argumentVector = Vector(arguments);
        var environmentVector = Vector(environment);
        var pathBytes = (byte*)Marshal.StringToCoTaskMemUTF8(path);
        _ = Libc.ActionsInit(actions);
        _ = Libc.AttributesInit(attributes);
        try
        {
            _ = Libc.ActionsAddDup2(actions, input, 0);
            _ = Libc.ActionsAddDup2(actions, output, 1);
            _ = Libc.ActionsAddDup2(actions, error, 2);
            if (Libc.ActionsAddCloseFrom is not null)
            {
                _ = Libc.ActionsAddCloseFrom(actions, 3);
            }

            // .NET ignores SIGPIPE, and an ignored signal stays ignored across exec.
            _ = Libc.SignalSetEmpty(signals);
            _ = Libc.AttributesSetSignalMask(attributes, signals);
            for (var signal = 1; signal < 32; signal++)
            {
                _ = Libc.SignalSetAdd(signals, signal);
            }

            _ = Libc.AttributesSetSignalDefault(attributes, signals);
            _ = Libc.AttributesSetFlags(attributes, Libc.SpawnFlags);
            return Libc.Spawn(out pid, pathBytes, actions, attributes, argumentVector, environmentVector);
        }
        finally
        {
            _ = Libc.ActionsDestroy(actions);
            _ = Libc.AttributesDestroy(attributes);
            Marshal.FreeCoTaskMem((nint)pathBytes);
            Free(argumentVector);
            Free(environmentVector);
        }
    }

    private static unsafe byte** Vector(string[] texts)
    {
        var vector = (byte**)NativeMemory.Alloc((nuint)(texts.Length + 1), (nuint)sizeof(byte*));
        for (var i = 0; i < texts.Length; i++)
        {
            vector[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
        }

        vector[texts.Length] = null;
        return vector;
    }

    private static unsafe void Free(byte** vector)
    {
        for (var i = 0; vector[i] is not null; i++)
        {
            Marshal.FreeCoTaskMem((nint)vector[i]);
        }

        NativeMemory.Free(vector);
    }

    private static int Descriptor(AnonymousPipeServerStream pipe) => (int)pipe.ClientSafePipeHandle.DangerousGetHandle();
}
