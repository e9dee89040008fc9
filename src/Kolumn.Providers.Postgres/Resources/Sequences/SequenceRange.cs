namespace Kolumn.Providers.Postgres.Resources.Sequences;

/// <summary>What PostgreSQL fills in for a sequence (manual, CREATE SEQUENCE), so that only the rest is written down.</summary>
internal static class SequenceRange
{
    /// <summary>The same options with every value that equals its default left out.</summary>
    /// <param name="type">smallint, integer or bigint.</param>
    public static T Shortest<T>(T options, string type)
        where T : SequenceOptions
    {
        SequenceOptions full = Complete(options, type);
        var (defaultMin, defaultMax) = Limits(type, full.Increment!.Value);
        return (T)(full with
        {
            Increment = full.Increment == 1 ? null : full.Increment,
            Min = full.Min == defaultMin ? null : full.Min,
            Max = full.Max == defaultMax ? null : full.Max,
            Start = full.Start == (full.Increment > 0 ? full.Min : full.Max) ? null : full.Start,
            Cache = full.Cache == 1 ? null : full.Cache,
        });
    }

    /// <summary>Every value filled in, for a statement that sets them.</summary>
    public static T Complete<T>(T options, string type)
        where T : SequenceOptions
    {
        var increment = options.Increment ?? 1;
        var (defaultMin, defaultMax) = Limits(type, increment);
        var (min, max) = (options.Min ?? defaultMin, options.Max ?? defaultMax);
        return (T)((SequenceOptions)options with
        {
            Increment = increment,
            Min = min,
            Max = max,
            Start = options.Start ?? (increment > 0 ? min : max),
            Cache = options.Cache ?? 1,
        });
    }

    private static (long Min, long Max) Limits(string type, long increment)
    {
        var (lowest, highest) = type switch
        {
            "smallint" => (short.MinValue, (long)short.MaxValue),
            "integer" => (int.MinValue, int.MaxValue),
            _ => (long.MinValue, long.MaxValue),
        };
        return increment > 0 ? (1, highest) : (lowest, -1);
    }
}
