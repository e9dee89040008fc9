using System.Globalization;

namespace Kolumn.Sdk.Resources;

/// <summary>
/// What a database fills in for a sequence, so that only the rest is written down, and the options as the SQL standard spells them: PostgreSQL manual, CREATE
/// SEQUENCE; https://mariadb.com/kb/en/create-sequence/.
/// </summary>
/// <param name="Lowest">Where one that counts down ends.</param>
/// <param name="Highest">Where one that counts up ends.</param>
/// <param name="Cache">How many values a session takes at a time.</param>
public sealed record SequenceRange(long Lowest, long Highest, long Cache)
{
    /// <summary>The same options with every value that equals its default left out.</summary>
    public T Shortest<T>(T options)
        where T : SequenceOptions
    {
        var full = Complete(options);
        var (defaultMin, defaultMax) = Limits(full.Increment!.Value);
        return (T)((SequenceOptions)full with
        {
            Increment = full.Increment == 1 ? null : full.Increment,
            Min = full.Min == defaultMin ? null : full.Min,
            Max = full.Max == defaultMax ? null : full.Max,
            Start = full.Start == (full.Increment >= 0 ? full.Min : full.Max) ? null : full.Start,
            Cache = full.Cache == Cache ? null : full.Cache,
        });
    }

    /// <summary>Every value filled in, for a statement that sets them.</summary>
    public T Complete<T>(T options)
        where T : SequenceOptions
    {
        ArgumentNullException.ThrowIfNull(options);
        var increment = options.Increment ?? 1;
        var (defaultMin, defaultMax) = Limits(increment);
        var (min, max) = (options.Min ?? defaultMin, options.Max ?? defaultMax);
        return (T)((SequenceOptions)options with
        {
            Increment = increment,
            Min = min,
            Max = max,
            Start = options.Start ?? (increment >= 0 ? min : max),
            Cache = options.Cache ?? Cache,
        });
    }

    /// <summary>For CREATE SEQUENCE: the options that are not the database's defaults.</summary>
    public static IEnumerable<string> Clauses(SequenceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return
        [
            .. Clause("START WITH", options.Start),
            .. Clause("INCREMENT BY", options.Increment),
            .. Clause("MINVALUE", options.Min),
            .. Clause("MAXVALUE", options.Max),
            .. Clause("CACHE", options.Cache),
            .. options.Cycle ? ["CYCLE"] : Array.Empty<string>(),
        ];
    }

    /// <summary>For ALTER SEQUENCE.</summary>
    /// <param name="before">The range of what exists, which is another one where the type is.</param>
    /// <param name="set">Stands before each option: nothing in ALTER SEQUENCE, <c>SET </c> for an identity column.</param>
    public IEnumerable<string> Changes(SequenceOptions actual, SequenceRange before, SequenceOptions desired, string set = "")
    {
        ArgumentNullException.ThrowIfNull(before);
        var (old, now) = (before.Complete(actual), Complete(desired));
        var retyped = before != this;
        return
        [
            .. old.Increment == now.Increment ? [] : Clause($"{set}INCREMENT BY", now.Increment),
            .. old.Min == now.Min && !retyped ? [] : Clause($"{set}MINVALUE", now.Min),
            .. old.Max == now.Max && !retyped ? [] : Clause($"{set}MAXVALUE", now.Max),
            .. old.Start == now.Start ? [] : Clause($"{set}START WITH", now.Start),

            // Where it has counted to stays; what lies outside of the new limits, as after a turn around, cannot.
            .. now.Min <= old.Start && old.Start <= now.Max ? [] : Clause("RESTART WITH", now.Start),
            .. old.Cache == now.Cache ? [] : Clause($"{set}CACHE", now.Cache),
            .. old.Cycle == now.Cycle ? [] : new[] { now.Cycle ? $"{set}CYCLE" : $"{set}NO CYCLE" },
        ];
    }

    private (long Min, long Max) Limits(long increment) => increment >= 0 ? (1, Highest) : (Lowest, -1);

    private static string[] Clause(string option, long? value) => value is { } number ? [string.Create(CultureInfo.InvariantCulture, $"{option} {number}")] : [];
}
