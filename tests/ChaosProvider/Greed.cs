using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Kolumn.ChaosProvider;

/// <summary>The ways in which a program can ask a system for more than it has, one method each; all run against a limit sooner or later.</summary>
internal static unsafe class Greed
{
    private static readonly List<SafeFileHandle> Kept = [];

    /// <summary>Ten gigabytes, every page of them touched.</summary>
    public static void TakeMemory()
    {
        const int Chunk = 64 * 1024 * 1024;
        for (var taken = 0L; taken < 10_000_000_000; taken += Chunk)
        {
            byte* memory;
            try
            {
                memory = (byte*)NativeMemory.Alloc(Chunk);
            }
            catch (OutOfMemoryException)
            {
                Environment.FailFast(string.Create(CultureInfo.InvariantCulture, $"out of memory after {taken / 1024 / 1024} MiB"));
                return;
            }

            new Span<byte>(memory, Chunk).Fill(1);
        }
    }

    /// <summary>A hundred thousand descriptors; a few are given back, since without one a runtime cannot even load what it needs to answer.</summary>
    /// <exception cref="IOException">The system has no more for this process.</exception>
    public static void TakeDescriptors()
    {
        try
        {
            for (var i = 0; i < 100_000; i++)
            {
                Kept.Add(File.OpenHandle("/dev/null"));
            }
        }
        catch (IOException)
        {
            Kept.TakeLast(20).ToList().ForEach(h => h.Dispose());
            throw;
        }
    }

    /// <summary>Ten gigabytes of temporary files.</summary>
    /// <exception cref="IOException">The system takes no more.</exception>
    public static void FillTemporaryFolder()
    {
        var chunk = new byte[1024 * 1024];
        using var file = File.Create(Path.Combine(Path.GetTempPath(), "fill"));
        for (var i = 0; i < 10_000; i++)
        {
            file.Write(chunk);
            file.Flush();
        }
    }

    /// <summary>Children in sessions of their own, and one line of descendants of which each lives only to start the next.</summary>
    /// <param name="mark">Made when all have been started.</param>
    public static void TakeProcesses(int count, string mark)
    {
        var script = $$"""
            i=0; while [ $i -lt {{count}} ]; do setsid sleep 600 & i=$((i+1)); done
            relay='sleep 0.02; [ $1 -eq 0 ] || setsid sh -c "$2" relay $(($1-1)) "$2" &'
            setsid sh -c "$relay" relay 500 "$relay" &
            touch "{{mark}}"
            """;
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script]))!;
        while (!File.Exists(mark))
        {
            Thread.Yield();
        }
    }
}
