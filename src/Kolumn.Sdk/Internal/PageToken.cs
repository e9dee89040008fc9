using System.Buffers.Text;
using System.Text;

namespace Kolumn.Sdk.Internal;

/// <summary>Where a page ended, in a text that callers do not look into.</summary>
internal static class PageToken
{
    public static string Of(string place) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(place));

    /// <summary>null when the text is no such token.</summary>
    public static string? Read(string token) => Base64Url.IsValid(token) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)) : null;
}
