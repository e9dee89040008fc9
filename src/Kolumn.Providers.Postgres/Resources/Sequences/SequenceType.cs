namespace Kolumn.Providers.Postgres.Resources.Sequences;

/// <summary>What a sequence counts in.</summary>
internal static class SequenceType
{
    /// <param name="type">smallint, integer or bigint.</param>
    public static SequenceRange RangeOf(string type) => type switch
    {
        "smallint" => new SequenceRange(short.MinValue, short.MaxValue, 1),
        "integer" => new SequenceRange(int.MinValue, int.MaxValue, 1),
        _ => new SequenceRange(long.MinValue, long.MaxValue, 1),
    };
}
