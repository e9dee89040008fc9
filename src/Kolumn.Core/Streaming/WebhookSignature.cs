using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Kolumn.Core.Streaming;

/// <summary>
/// Signs a request as the Standard Webhooks specification says (https://github.com/standard-webhooks/standard-webhooks): HMAC-SHA256
/// over id, moment and body, so that the receiver knows who sent it, that it is whole, and that it is no old one sent again.
/// </summary>
internal sealed class WebhookSignature
{
    private const string Prefix = "whsec_";

    private readonly byte[] _key;

    /// <param name="secret">Base64 after <c>whsec_</c>; any other text is taken as it is.</param>
    /// <exception cref="FormatException">What follows <c>whsec_</c> is no base64.</exception>
    public WebhookSignature(string secret) =>
        _key = secret.StartsWith(Prefix, StringComparison.Ordinal) ? Convert.FromBase64String(secret[Prefix.Length..]) : Encoding.UTF8.GetBytes(secret);

    /// <summary>The value of <c>webhook-signature</c>.</summary>
    /// <param name="id">The value of <c>webhook-id</c>.</param>
    /// <param name="seconds">The value of <c>webhook-timestamp</c>: seconds since 1970.</param>
    /// <param name="body">The request's.</param>
    public string Sign(string id, long seconds, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{seconds}.")));
        hash.AppendData(body);
        Span<byte> signature = stackalloc byte[32];
        hash.GetHashAndReset(signature);
        return "v1," + Convert.ToBase64String(signature);
    }
}
