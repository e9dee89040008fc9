using Kolumn.Protocol.Payloads;

namespace Kolumn.Providers.Postgres.Sql;

/// <summary>The modes in which statements lock relations, the weakest first: https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES.</summary>
internal enum TableLock
{
    AccessShare = 1,
    RowShare,
    RowExclusive,
    ShareUpdateExclusive,
    Share,
    ShareRowExclusive,
    Exclusive,
    AccessExclusive,
}

/// <summary>The modes by their names, and whom they keep waiting.</summary>
internal static class TableLocks
{
    public static ObjectLock On(this TableLock mode, QualifiedName relation) => mode.On(relation.ToString());

    /// <param name="relation">Its identity, <c>public.users</c>.</param>
    public static ObjectLock On(this TableLock mode, string relation) => new(NameOf(mode), relation, Blocks(mode)) { Strength = (int)mode };

    public static string NameOf(TableLock mode) => mode switch
    {
        TableLock.AccessShare => "ACCESS SHARE",
        TableLock.RowShare => "ROW SHARE",
        TableLock.RowExclusive => "ROW EXCLUSIVE",
        TableLock.ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
        TableLock.Share => "SHARE",
        TableLock.ShareRowExclusive => "SHARE ROW EXCLUSIVE",
        TableLock.Exclusive => "EXCLUSIVE",
        _ => "ACCESS EXCLUSIVE",
    };

    // Readers take ACCESS SHARE, writers ROW EXCLUSIVE: the manual's table of conflicting modes.
    private static string? Blocks(TableLock mode) => mode switch
    {
        TableLock.AccessExclusive => ObjectLock.Readers,
        >= TableLock.Share => ObjectLock.Writers,
        TableLock.ShareUpdateExclusive => ObjectLock.Changes,
        _ => null,
    };
}
