using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.MySql.Database;

/// <summary>
/// How tables are altered: https://mariadb.com/kb/en/innodb-online-ddl-overview/. Which way a server takes depends on its version, the engine and the table, so
/// it is asked: an empty copy of the table in a scratch database is altered, the best way first. The statement then says that way, so that the server refuses
/// any other, should the table have become another meanwhile.
/// </summary>
internal static class AlterAlgorithms
{
    /// <summary>"ALGORITHM is not supported", and the same with a reason.</summary>
    private static readonly string[] NotThisWay = ["1845", "1846"];

    /// <returns>For each table its statements.</returns>
    public static async Task<IReadOnlyList<IReadOnlyList<Statement>>> AssertAsync(
        MySqlSession session, IReadOnlyList<(MySqlName Table, AssertedChange Change)> changes, CancellationToken cancellationToken)
    {
        if (!changes.Any(one => one.Change.Statements.Any(statement => IsAlter(statement, one.Table))))
        {
            return [.. changes.Select(one => one.Change.Statements)];
        }

        await using var databases = await ScratchDatabases.OpenAsync(session, changes.Select(one => RealOf(session, one.Table)), cancellationToken);
        var copies = new Dictionary<MySqlName, bool>();
        var asserted = new List<IReadOnlyList<Statement>>(changes.Count);
        foreach (var (table, change) in changes)
        {
            var copy = table with { Schema = databases.Names[RealOf(session, table)] };
            if (!copies.TryGetValue(copy, out var isThere))
            {
                isThere = copies[copy] = await TryAsync(session, $"CREATE TABLE {copy.Quoted} LIKE {table.Quoted}", cancellationToken) is null;

                // By then it has become what the plan makes of it, another engine's perhaps.
                foreach (var ahead in change.Ahead.Where(statement => isThere && IsAlter(statement, table)))
                {
                    await TryAsync(session, OnCopy(ahead, table, copy), cancellationToken);
                }
            }

            var now = new List<Statement>();
            foreach (var statement in change.Statements)
            {
                now.Add(isThere && IsAlter(statement, table) ? await AssertAsync(session, statement, table, copy, cancellationToken) : statement);
            }

            asserted.Add(now);
        }

        return asserted;
    }

    private static async Task<Statement> AssertAsync(MySqlSession session, Statement statement, MySqlName table, MySqlName copy, CancellationToken cancellationToken)
    {
        var onCopy = OnCopy(statement, table, copy);
        foreach (var (clause, hazards) in Ways(session.Server, table))
        {
            var refusal = await TryAsync(session, onCopy + clause, cancellationToken);
            if (refusal is null)
            {
                return statement with { Text = statement.Text + clause, Hazards = [.. statement.Hazards, .. hazards] };
            }

            if (!NotThisWay.Any(number => refusal.EngineCode?.StartsWith(number, StringComparison.Ordinal) == true))
            {
                // It needs what the copy has not, such as a column that the plan adds: the server does it its own way, or says what is wrong with it.
                break;
            }
        }

        return statement with { Hazards = [.. statement.Hazards, new Hazard(HazardNames.LongLock, $"How {table} is altered cannot be told beforehand: others may have to wait meanwhile.")] };
    }

    private static IEnumerable<(string Clause, IReadOnlyList<Hazard> Hazards)> Ways(ServerFacts server, MySqlName table)
    {
        var rewrite = new Hazard(HazardNames.TableRewrite, $"Every row of {table} is written again.");
        var wait = new Hazard(HazardNames.LongLock, $"Writers to {table} wait meanwhile.");
        yield return (", ALGORITHM=INSTANT", []);
        if (server.IsMariaDb)
        {
            yield return (", ALGORITHM=NOCOPY, LOCK=NONE", []);
        }

        yield return (", ALGORITHM=INPLACE, LOCK=NONE", server.IsMariaDb ? [rewrite] : []);
        yield return (", ALGORITHM=INPLACE, LOCK=SHARED", [wait]);
        yield return (", ALGORITHM=COPY, LOCK=SHARED", [rewrite, wait]);
    }

    // Partitions take no such words, and a foreign key is always added by a copy.
    private static bool IsAlter(Statement statement, MySqlName table) =>
        statement.Text.StartsWith(Prefix(table), StringComparison.Ordinal)
        && !statement.Text.Contains("PARTITION", StringComparison.Ordinal) && !statement.Text.Contains("FOREIGN KEY", StringComparison.Ordinal);

    private static string OnCopy(Statement statement, MySqlName table, MySqlName copy) => $"ALTER TABLE {copy.Quoted}{statement.Text[Prefix(table).Length..]}";

    private static string Prefix(MySqlName table) => $"ALTER TABLE {table.Quoted}";

    private static string RealOf(MySqlSession session, MySqlName table) => table.Schema ?? session.Database ?? "";

    /// <returns>Why not; null when it was done.</returns>
    private static async Task<Diagnostic?> TryAsync(MySqlSession session, string text, CancellationToken cancellationToken)
    {
        try
        {
            await session.ExecuteAsync([new Statement(text)], cancellationToken);
            return null;
        }
        catch (StatementFailedException refused) when (refused.Diagnostic.Code != DiagnosticCodes.Connection)
        {
            return refused.Diagnostic;
        }
    }
}
