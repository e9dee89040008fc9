using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.Sqlite.Database;
using Kolumn.Sdk;
using Microsoft.Data.Sqlite;

namespace Kolumn.Providers.Sqlite.Resources;

/// <summary>What SQLite makes of a schema when something in it is renamed: it is asked, with a copy without rows in memory.</summary>
internal sealed class RenameRehearsal(IReadOnlyDictionary<string, IResourceHandler<SqliteSession>> handlers) : IRenameFollower<SqliteSession>
{
    public async Task<IReadOnlyDictionary<ObjectReference, JsonObject>> FollowAsync(
        SqliteSession session,
        IReadOnlyList<Renaming> renamings,
        IReadOnlyList<Statement> statements,
        IReadOnlyDictionary<ObjectReference, JsonObject> definitions,
        CancellationToken cancellationToken)
    {
        session.EndLookAhead();
        var entries = await session.ReadAsync(SchemaCatalog.Entries, cancellationToken);
        await session.LookAheadAsync(
            memory =>
            {
                foreach (var entry in entries.OrderBy(e => Array.IndexOf(TrialSchema.Order, e.Type)))
                {
                    Run(memory, entry.Sql);
                }
            },
            statements,
            cancellationToken);

        // Only tables get other names, so everything else is found under the one it has.
        var names = definitions.Keys.Where(r => r.Type == "table").ToDictionary(r => r.Identity, r => r.Identity, StringComparer.Ordinal);
        foreach (var renaming in renamings.Where(r => r.Part is null))
        {
            var origin = names.First(n => n.Value == Ddl.SqliteName.Fold(renaming.From)).Key;
            names[origin] = Ddl.SqliteName.Fold(renaming.To);
        }

        var followed = new Dictionary<ObjectReference, JsonObject>(definitions.Count);
        foreach (var group in definitions.Keys.GroupBy(r => r.Type))
        {
            var handler = handlers[group.Key];
            var found = (await handler.ReadAsync(session, null, cancellationToken)).ToDictionary(handler.IdentityOf, StringComparer.Ordinal);
            foreach (var reference in group)
            {
                if (found.TryGetValue(group.Key == "table" ? names[reference.Identity] : reference.Identity, out var after))
                {
                    followed[reference] = after;
                }
            }
        }

        return followed;
    }

    // What has lost what it stands on cannot be made; the renaming is not about it.
    private static void Run(SqliteConnection connection, string sql)
    {
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
        catch (SqliteException)
        {
        }
    }
}
