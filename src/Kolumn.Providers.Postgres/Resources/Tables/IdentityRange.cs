namespace Kolumn.Providers.Postgres.Resources.Tables;

/// <summary>What PostgreSQL fills in for an identity column's sequence (manual, CREATE SEQUENCE), so that only the rest is written down.</summary>
internal static class IdentityRange
{
    /// <summary>The definition of a sequence with exactly these values.</summary>
    public static IdentityDefinition Describe(
        string generation, string columnType, long start, long increment, long min, long max, long cache, bool cycle)
    {
        var (defaultMin, defaultMax) = Limits(columnType, increment);
        return new IdentityDefinition
        {
            Generation = generation,
            Increment = increment == 1 ? null : increment,
            Min = min == defaultMin ? null : min,
            Max = max == defaultMax ? null : max,
            Start = start == (increment > 0 ? min : max) ? null : start,
            Cache = cache == 1 ? null : cache,
            Cycle = cycle,
        };
    }

    /// <summary>The same definition with every value that equals its default left out.</summary>
    public static IdentityDefinition Shortest(IdentityDefinition identity, string columnType)
    {
        var full = Complete(identity, columnType);
        return Describe(identity.Generation, columnType, full.Start!.Value, full.Increment!.Value, full.Min!.Value, full.Max!.Value, full.Cache!.Value, full.Cycle);
    }

    /// <summary>Every value filled in, for a statement that sets them.</summary>
    public static IdentityDefinition Complete(IdentityDefinition identity, string columnType)
    {
        var increment = identity.Increment ?? 1;
        var (defaultMin, defaultMax) = Limits(columnType, increment);
        var (min, max) = (identity.Min ?? defaultMin, identity.Max ?? defaultMax);
        return identity with
        {
            Increment = increment,
            Min = min,
            Max = max,
            Start = identity.Start ?? (increment > 0 ? min : max),
            Cache = identity.Cache ?? 1,
        };
    }

    private static (long Min, long Max) Limits(string columnType, long increment)
    {
        var (lowest, highest) = columnType switch
        {
            "smallint" => (short.MinValue, (long)short.MaxValue),
            "integer" => (int.MinValue, int.MaxValue),
            _ => (long.MinValue, long.MaxValue),
        };
        return increment > 0 ? (1, highest) : (lowest, -1);
    }
}
