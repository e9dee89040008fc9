using System.Text.Json.Serialization;

namespace Kolumn.Providers.Postgres.Resources.Sequences;

/// <summary>How a sequence counts; what is absent is PostgreSQL's default for its type (manual, CREATE SEQUENCE).</summary>
internal abstract record SequenceOptions
{
    public long? Start { get; init; }

    public long? Increment { get; init; }

    public long? Min { get; init; }

    public long? Max { get; init; }

    public long? Cache { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Cycle { get; init; }
}
