namespace Kolumn.Sdk.Migrations;

/// <summary>Rows of a table as they were before a step, in a table of Kolumn's own.</summary>
internal sealed record RowBackup
{
    /// <summary>Where they came from, quoted.</summary>
    public string Table { get; init => field = value ?? ""; } = "";

    /// <summary>Where they are, quoted.</summary>
    public string Place { get; init => field = value ?? ""; } = "";

    public RowLossKind Kind { get; init; }

    /// <summary>Not quoted; with <see cref="Key"/> where there is one.</summary>
    public IReadOnlyList<string> Columns { get; init => field = value ?? []; } = [];

    public IReadOnlyList<string> Key { get; init => field = value ?? []; } = [];

    public long Rows { get; init; }

    /// <summary>As of <see cref="RowDigest"/>.</summary>
    public string Sum { get; init => field = value ?? ""; } = "";
}
