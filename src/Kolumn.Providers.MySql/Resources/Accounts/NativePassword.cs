using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Kolumn.Providers.MySql.Resources.Accounts;

/// <summary>What mysql_native_password keeps of a password: https://mariadb.com/kb/en/authentication-plugin-mysql_native_password/.</summary>
internal static class NativePassword
{
    public const string Plugin = "mysql_native_password";

    /// <summary>The hash; of a hash itself.</summary>
    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "The server's protocol, and nobody's choice here.")]
    public static string HashOf(string password) => IsHash(password) ? password.ToUpperInvariant() : "*" + Convert.ToHexString(SHA1.HashData(SHA1.HashData(Encoding.UTF8.GetBytes(password))));

    public static bool IsHash(string password) => password.Length == 41 && password[0] == '*' && password.Skip(1).All(char.IsAsciiHexDigit);
}
