using System.Text.Json;
using Kolumn.Protocol;

namespace Kolumn.Core.State;

/// <summary>
/// One writer per state. The lock is the operating system's own on an open file, so it is gone with its process however that
/// ends; who holds it stands in a second file, which only counts while the lock is held.
/// </summary>
internal sealed class StateLock : IDisposable
{
    private readonly FileStream _file;
    private readonly string _ownerFile;

    private StateLock(FileStream file, string ownerFile, LockOwner owner)
    {
        _file = file;
        _ownerFile = ownerFile;
        Owner = owner;
    }

    public LockOwner Owner { get; }

    /// <summary>Null and a diagnostic naming the owner when somebody else has it.</summary>
    public static StateLock? TryAcquire(StateDirectory directory, string operation, TimeProvider time, DiagnosticList diagnostics)
    {
        FileStream file;
        try
        {
            file = OpenExclusively(directory.Lock);
        }
        catch (IOException) when (File.Exists(directory.Lock))
        {
            diagnostics.Add(Locked(directory));
            return null;
        }

        var owner = new LockOwner(
            Guid.NewGuid().ToString(), Environment.UserName, Environment.MachineName, Environment.ProcessId, operation, time.GetUtcNow());
        try
        {
            DurableFile.Replace(directory.LockOwner, JsonSerializer.SerializeToUtf8Bytes(owner, StateJson.Readable.LockOwner));
        }
        catch
        {
            file.Dispose();
            throw;
        }

        return new StateLock(file, directory.LockOwner, owner);
    }

    /// <summary>The note goes first: a note without a lock says nothing, a lock without a note names nobody.</summary>
    public void Dispose()
    {
        if (_file.SafeFileHandle.IsClosed)
        {
            return;
        }

        try
        {
            File.Delete(_ownerFile);
        }
        catch (IOException)
        {
            // The note is only read while the lock is held; the next owner overwrites it.
        }

        _file.Dispose();
    }

    private static FileStream OpenExclusively(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    private static Diagnostic Locked(StateDirectory directory)
    {
        LockOwner? owner = null;
        try
        {
            var note = DurableFile.Read(directory.LockOwner, maxBytes: 64 * 1024);
            owner = note is null ? null : JsonSerializer.Deserialize(note, StateJson.Readable.LockOwner);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // Then the owner stays unnamed; that somebody has the lock is certain all the same.
        }

        var who = owner is null
            ? "Another process holds the lock and has not said who it is yet."
            : $"""
               Lock ID:   {owner.Id}
               Locked by: {owner.User}@{owner.Host} (process {owner.ProcessId})
               Operation: {owner.Operation}
               Acquired:  {owner.Acquired:yyyy-MM-dd HH:mm:ss} UTC
               """;
        return Diagnostic.Error(CoreCodes.StateLocked, "State is locked", $"{who}\nWait until it has finished. The lock goes with its process, there is nothing to remove by hand.");
    }
}
