namespace Kolumn.Language;

/// <summary>What a <see cref="Value"/> is.</summary>
public enum ValueKind
{
    Null,
    Bool,
    Number,
    String,

    /// <summary>A sequence: what other dialects call tuple and list is one kind here.</summary>
    List,

    /// <summary>Distinct values without a position; they keep the order in which they came.</summary>
    Set,

    /// <summary>Names and values in the order of declaration: object and map are one kind here.</summary>
    Object,

    /// <summary>A value that is known only after apply.</summary>
    Unknown,
}
