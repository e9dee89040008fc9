using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Kolumn.Providers.Postgres.Resources.Roles;

/// <summary>
/// What PostgreSQL keeps of a password, <c>SCRAM-SHA-256$4096:salt$StoredKey:ServerKey</c> (RFC 5803; PostgreSQL manual, pg_authid): made
/// here, so that the password itself never travels in a statement, where a server writes it into its log.
/// </summary>
internal static class ScramVerifier
{
    private const string Prefix = "SCRAM-SHA-256$";
    private const string Md5Prefix = "md5";

    /// <summary>PostgreSQL's own number (scram_iterations).</summary>
    private const int Iterations = 4096;

    private const int MaxIterations = 10_000_000;
    private const int SaltBytes = 16;

    /// <summary>With a salt that nobody has seen; a verifier stays what it is.</summary>
    /// <param name="password">Of ASCII characters.</param>
    public static string Of(string password) =>
        Read(password) is not null ? password : Make(password, RandomNumberGenerator.GetBytes(SaltBytes), Iterations);

    /// <summary>Whether the password is the one that the server keeps this of.</summary>
    /// <param name="stored">pg_authid.rolpassword.</param>
    /// <param name="password">A password of ASCII characters, or a verifier.</param>
    /// <param name="role">Whose it is; it salts the old form.</param>
    public static bool Matches(string stored, string password, string role)
    {
        if (Read(password) is not null)
        {
            return stored == password;
        }

        var made = Read(stored) is var (iterations, salt) ? Make(password, salt, iterations)
            : stored.StartsWith(Md5Prefix, StringComparison.Ordinal) ? Md5(password, role)
            : null;
        return made is not null && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(made), Encoding.ASCII.GetBytes(stored));
    }

    private static string Make(string password, byte[] salt, int iterations)
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.ASCII.GetBytes(password), salt, iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Prefix}{iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}");
    }

    /// <summary>null for what is no verifier.</summary>
    private static (int Iterations, byte[] Salt)? Read(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)
            || text[Prefix.Length..].Split(':', '$') is not [var count, var salt, var storedKey, var serverKey]
            || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || iterations is < 1 or > MaxIterations)
        {
            return null;
        }

        return Decode(salt) is { } bytes && Decode(storedKey)?.Length == SHA256.HashSizeInBytes && Decode(serverKey)?.Length == SHA256.HashSizeInBytes ? (iterations, bytes) : null;
    }

    private static byte[]? Decode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : null;
    }

    [SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "It recognises what servers have kept since before version 10; nothing is made with it.")]
    private static string Md5(string password, string role) => Md5Prefix + Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(password + role)));
}
