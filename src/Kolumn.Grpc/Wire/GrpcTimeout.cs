using System.Globalization;

namespace Grpc.Wire;

/// <summary>
/// The <c>grpc-timeout</c> header: one to eight digits and a unit (H, M, S, m, u, n). PROTOCOL-HTTP2.md, "Timeout".
/// </summary>
internal static class GrpcTimeout
{
    private const long MaxValue = 99_999_999;

    // From fine to coarse, in ticks of 100 ns; nanoseconds are only read.
    private static readonly (long Ticks, char Unit)[] Units =
    [
        (TimeSpan.TicksPerMicrosecond, 'u'),
        (TimeSpan.TicksPerMillisecond, 'm'),
        (TimeSpan.TicksPerSecond, 'S'),
        (TimeSpan.TicksPerMinute, 'M'),
        (TimeSpan.TicksPerHour, 'H'),
    ];

    /// <summary>
    /// The finest unit whose value fits, rounded up: the server must not give up before the client. Nothing left is sent as one
    /// microsecond, since the protocol wants a positive integer.
    /// </summary>
    public static string Format(TimeSpan timeout)
    {
        var ticks = Math.Max(timeout.Ticks, 1);
        foreach (var (unitTicks, unit) in Units)
        {
            var value = ((ticks - 1) / unitTicks) + 1;
            if (value <= MaxValue)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{value}{unit}");
            }
        }

        throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "The timeout is longer than 99,999,999 hours.");
    }

    /// <summary>False for anything the grammar does not allow. A value beyond TimeSpan's range is TimeSpan.MaxValue.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > 9 || !long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        // A wait cannot be shorter than a tick: nanoseconds round up.
        long? ticks = text[^1] switch
        {
            'n' => (value + 99) / 100,
            'u' => value * TimeSpan.TicksPerMicrosecond,
            'm' => value * TimeSpan.TicksPerMillisecond,
            'S' => value * TimeSpan.TicksPerSecond,
            'M' => value * TimeSpan.TicksPerMinute,
            'H' => value <= TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerHour ? value * TimeSpan.TicksPerHour : TimeSpan.MaxValue.Ticks,
            _ => null,
        };
        timeout = TimeSpan.FromTicks(ticks ?? 0);
        return ticks is not null;
    }
}
