using System.Text.Json.Serialization;

namespace Kolumn.Sdk.Resources;

/// <summary>How a sequence counts; what is absent is the database's default (<see cref="SequenceRange"/>).</summary>
public abstract record SequenceOptions
{
    public long? Start { get; init; }

    public long? Increment { get; init; }

    public long? Min { get; init; }

    public long? Max { get; init; }

    public long? Cache { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Cycle { get; init; }
}
