using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk;

/// <summary>One statement of the database's own language, ready to be sent.</summary>
/// <param name="Text">Identifiers are quoted in it; values stand as parameters wherever the database takes them.</param>
public sealed record Statement(string Text)
{
    /// <summary>Values of the statement's parameters, in order.</summary>
    public IReadOnlyList<object?> Parameters { get; init; } = [];

    /// <summary>What it may do to a live system.</summary>
    public IReadOnlyList<Hazard> Hazards { get; init; } = [];

    /// <summary>Locks that it takes on objects which exist before it, for as long as its transaction lasts.</summary>
    public IReadOnlyList<ObjectLock> Locks { get; init; } = [];

    /// <summary>
    /// Makes what is really sent, where that holds a secret; <see cref="Text"/> shows the same without it, and is all that plans, hashes,
    /// diagnostics and logs ever see. Called once for each time it is sent, at the last moment.
    /// </summary>
    public Func<string>? WithSecret { get; init; }

    /// <summary>How many entries of the database's lock table it keeps until its transaction ends, at most; one for each of <see cref="Locks"/> when it says less.</summary>
    public int LockEntries { get; init; }

    /// <summary>Once a statement of a change runs after the commit, so do all that follow it.</summary>
    public StatementPlace Place { get; init; }

    /// <summary>What a later statement's text holds when it uses something that this one makes and the database admits only once this one is committed; null for nothing of the kind.</summary>
    public string? UsableAfterCommit { get; init; }

    /// <summary>For a statement that stands alone: it can stand nowhere else.</summary>
    public bool IsRefusedInTransaction { get; init; }

    /// <summary>For a statement that stands alone: what takes away its remains when it was refused. Harmless where there are none.</summary>
    public IReadOnlyList<Statement> Cleanup { get; init; } = [];

    public override string ToString() => Text;
}

/// <summary>Where a statement runs, for databases that know transactions.</summary>
public enum StatementPlace
{
    /// <summary>In the transaction that makes all changes.</summary>
    InTransaction,

    /// <summary>After the commit of that, in a transaction of its own and of its neighbours of the same change and place: short, because it keeps others waiting.</summary>
    AfterCommit,

    /// <summary>After the commit and outside any transaction, because it takes long or can run nowhere else.</summary>
    Alone,
}

/// <summary>The hazards that plans name; a provider may add its own.</summary>
public static class HazardNames
{
    /// <summary>Rows or values are lost.</summary>
    public const string DataLoss = Hazard.DataLoss;

    /// <summary>Every row is written again.</summary>
    public const string TableRewrite = "table_rewrite";

    /// <summary>Readers or writers wait while the whole table is scanned or rewritten.</summary>
    public const string LongLock = "long_lock";

    /// <summary>Writers wait while an index is built.</summary>
    public const string IndexBuild = "index_build";

    /// <summary>An object that itself stays as it is goes for a moment, and comes back, because what it is made from changes.</summary>
    public const string DependencyRebuild = "dependency_rebuild";

    /// <summary>A part of the change is made after the commit: when it fails, what was committed stays.</summary>
    public const string OutsideTransaction = "outside_transaction";
}
