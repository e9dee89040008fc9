using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Kolumn.Sdk;

/// <summary>
/// A password or key: provider specification, section 10.1. Its characters lie in memory that the garbage collector does not
/// copy about and that is overwritten on <see cref="Dispose"/>. Nothing that prints, logs or serialises it shows them; only
/// <see cref="Reveal"/> does, and what it returns is an ordinary string, so call it at the last moment and keep nothing.
/// </summary>
[DebuggerDisplay("[REDACTED]")]
public sealed class Secret : IDisposable
{
    /// <summary>What stands in a text where a secret was.</summary>
    public const string Redacted = "[REDACTED]";

    private readonly char[] _characters;
    private readonly int _length;
    private volatile bool _disposed;

    public Secret(ReadOnlySpan<char> characters)
    {
        _length = characters.Length;
        _characters = GC.AllocateUninitializedArray<char>(_length, pinned: true);
        characters.CopyTo(_characters);
    }

    ~Secret() => Erase();

    /// <exception cref="ObjectDisposedException">The secret has been erased.</exception>
    public string Reveal()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new string(_characters, 0, _length);
    }

    public override string ToString() => Redacted;

    public void Dispose()
    {
        Erase();
        GC.SuppressFinalize(this);
    }

    /// <summary>For looking for the secret in a text without copying it; empty once disposed.</summary>
    internal ReadOnlySpan<char> Characters => _disposed ? [] : _characters;

    private void Erase()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_characters.AsSpan()));
    }
}
