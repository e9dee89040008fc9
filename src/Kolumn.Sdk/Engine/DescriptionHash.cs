using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Protocol.Json;
using Kolumn.Protocol.Schema;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// The fingerprint of a description that a state records, to tell later whether a configuration still describes the same. A state is
/// readable by more people than a database: where secrets enter the fingerprint it is salted and slow, so that it is no quicker way to
/// guess them than what a database keeps itself (RFC 5802 asks for 4096 iterations at least).
/// </summary>
internal static class DescriptionHash
{
    private const int Iterations = 4096;
    private const int SaltBytes = 16;

    /// <param name="recorded">The one that the state has: the same description gives the same again.</param>
    /// <returns>SHA-256 in hexadecimal; with secrets <c>salt:hash</c>.</returns>
    public static string Of(JsonObject described, ObjectType schema, string? recorded)
    {
        var hash = CanonicalJson.Hash(described);
        if (!SensitiveValues.Holds(schema.Attributes) || !SensitiveValues.TextsIn(described, schema.Attributes).Any())
        {
            return hash;
        }

        var salt = SaltOf(recorded) ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SaltBytes));
        var slow = Rfc2898DeriveBytes.Pbkdf2(Encoding.ASCII.GetBytes(hash), Convert.FromHexString(salt), Iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        return $"{salt}:{Convert.ToHexStringLower(slow)}";
    }

    private static string? SaltOf(string? recorded) =>
        recorded?.IndexOf(':', StringComparison.Ordinal) is 2 * SaltBytes && recorded.Take(2 * SaltBytes).All(char.IsAsciiHexDigitLower)
            ? recorded[..(2 * SaltBytes)]
            : null;
}
