using System.Globalization;

namespace Kolumn.Language;

/// <summary>The one function whose result depends on when it is asked.</summary>
internal static class TimeFunctions
{
    public static IEnumerable<KlFunction> All =>
    [
        new("timestamp", "The time now, UTC: 2026-01-31T12:00:00Z.", [],
            call => Value.Of(call.Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))),
    ];
}
