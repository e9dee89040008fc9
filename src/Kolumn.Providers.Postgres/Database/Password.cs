using System.Security.Cryptography;
using System.Text;

namespace Kolumn.Providers.Postgres.Database;

/// <summary>A password in memory that is zeroed when no longer needed and never shows itself.</summary>
internal sealed class Password(string value) : IDisposable
{
    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(value);

    public string Reveal() => Encoding.UTF8.GetString(_bytes);

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    public override string ToString() => "[REDACTED]";
}
