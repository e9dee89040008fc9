using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.Sqlite.Database;
using Kolumn.Sdk;
using Microsoft.Data.Sqlite;

namespace Kolumn.Providers.Sqlite.Resources;

/// <summary>
/// The schema as it will be, without rows, in a private database in memory: what SQLite refuses here it would refuse there.
/// Filled at the first trial; nothing of it reaches the database file.
/// </summary>
internal sealed class TrialSchema(SqliteSession session, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all) : IAsyncDisposable
{
    /// <summary>What others stand on comes first.</summary>
    public static readonly string[] Order = ["table", "view", "index", "trigger"];

    private readonly SqliteConnection _memory = new("Data Source=:memory:;Pooling=False");
    private readonly Dictionary<string, string> _failures = new(StringComparer.Ordinal);
    private bool _isFilled;

    /// <summary>Why SQLite refuses the definition, or a part of the plan that stands on it; null when it does not.</summary>
    public async Task<Diagnostic?> TryAsync(string type, JsonObject definition, CancellationToken cancellationToken)
    {
        if (!_isFilled)
        {
            var existing = await session.ReadAsync(SchemaCatalog.Entries, cancellationToken);
            await Task.Run(() => Fill(existing), cancellationToken);
            _isFilled = true;
        }

        var name = definition.Text("name")!;
        if (_failures.GetValueOrDefault(Key(type, name)) is { } own)
        {
            return Diagnostic.Error(DiagnosticCodes.InvalidValue, $"SQLite refuses the {type} {name}: {own}", "Correct the configuration.");
        }

        // Of a table also its indexes: they are put back after a rebuild, or would hinder it.
        var stranded = type == "table"
            ? (all.GetValueOrDefault("index") ?? []).FirstOrDefault(index => Ddl.SqliteName.AreEqual(index.Text("table"), name) && _failures.ContainsKey(Key("index", index.Text("name")!)))
            : null;
        return stranded is null ? null : Diagnostic.Error(
            DiagnosticCodes.InvalidValue,
            $"the index {stranded.Text("name")} of table {name} would not fit it any more: {_failures[Key("index", stranded.Text("name")!)]}",
            "Change or remove the index in the same plan.");
    }

    public ValueTask DisposeAsync() => _memory.DisposeAsync();

    private void Fill(IReadOnlyList<SchemaEntry> existing)
    {
        _memory.Open();
        NativeSqlite.RefuseStringsInDoubleQuotes(_memory.Handle!);
        var desired = Order.SelectMany(type => (all.GetValueOrDefault(type) ?? []).Select(definition => (Type: type, Definition: definition))).ToList();
        var replaced = desired.Select(d => Key(d.Type, d.Definition.Text("name")!)).ToHashSet(StringComparer.Ordinal);
        foreach (var type in Order)
        {
            // Nothing stands on a trigger. One that the plan deletes would be compiled with every statement that fires it, and a
            // broken one blamed on whoever writes such a statement; one that stays is checked before the commit.
            foreach (var entry in existing.Where(entry => entry.Type == type && type != "trigger" && !replaced.Contains(Key(type, entry.Name))))
            {
                // One that has lost what it stands on is no concern of the plan's.
                Run(entry.Sql);
            }

            foreach (var (_, definition) in desired.Where(d => d.Type == type))
            {
                var key = Key(type, definition.Text("name")!);
                if (Run(SqliteProvider.StatementOf(type, definition)) is { } refusal)
                {
                    // What exists takes its place, so that what stands on it is not blamed for it.
                    _failures.TryAdd(key, refusal);
                    existing.Where(entry => Key(entry.Type, entry.Name) == key).ToList().ForEach(entry => Run(entry.Sql));
                }
            }
        }

        AddBrokenParts();
    }

    /// <summary>SQLite stores views and triggers unseen; whether they would work shows when they are used.</summary>
    private void AddBrokenParts()
    {
        foreach (var (part, reason) in WorkingParts.Broken(_memory))
        {
            foreach (var definition in (all.GetValueOrDefault("view") ?? []).Where(view => part == $"view {view.Text("name")}"))
            {
                _failures.TryAdd(Key("view", definition.Text("name")!), reason);
            }

            foreach (var definition in (all.GetValueOrDefault("trigger") ?? []).Where(trigger => part == $"a trigger on {trigger.Text("table")}"))
            {
                _failures.TryAdd(Key("trigger", definition.Text("name")!), reason);
            }
        }
    }

    private string? Run(string sql)
    {
        try
        {
            using var command = _memory.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
            return null;
        }
        catch (SqliteException refused)
        {
            return SqliteFailure.Message(refused);
        }
    }

    private static string Key(string type, string name) => $"{type} {Ddl.SqliteName.Fold(name)}";
}
