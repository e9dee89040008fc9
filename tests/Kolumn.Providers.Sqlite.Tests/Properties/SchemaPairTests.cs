using System.Text.Json.Nodes;
using Kolumn.Sdk;
using Kolumn.Testing.Properties;

namespace Kolumn.Providers.Sqlite.Tests.Properties;

/// <summary>Random pairs of schemas in real files.</summary>
public sealed class SchemaPairTests : SchemaPairs
{
    private readonly SqliteFile[] _files = [new(), new()];

    [Fact]
    public Task ApplyingB_WhateverWasThereBefore_LeavesWhatAFreshApplyLeaves() => RunAsync(standing: 30);

    protected override IReadOnlyList<Piece> Generate(int seed) => new RandomSchema(seed).Build();

    protected override Task ClearAsync(bool second)
    {
        File.Delete(_files[second ? 1 : 0].Path);
        return Task.CompletedTask;
    }

    protected override Task<ManagedDatabase> StartAsync(bool second) => ManagedDatabase.StartAsync(
        InProcessRuntime.Create(SqliteProvider.Define()), "sqlite", new JsonObject { ["database"] = _files[second ? 1 : 0].Path, ["audit"] = false, ["safe_destroy"] = false });

    protected override Task DropAsync()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }

        return Task.CompletedTask;
    }

    // What the pragmas make of it: the text of a table tells how it came about as well as what it is.
    protected override Task<IReadOnlyList<string>> CatalogAsync(bool second) => Task.FromResult<IReadOnlyList<string>>([.. _files[second ? 1 : 0].Rows(
        """
        SELECT 'table', name, type, wr, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'
        UNION ALL
        SELECT 'column', m.name || '.' || c.name, c.type || ' ' || c."notnull", c.dflt_value, c.pk || ' ' || c.hidden FROM sqlite_master AS m, pragma_table_xinfo(m.name) AS c WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite_%'
        UNION ALL
        SELECT 'foreign key', m.name, f."table" || ' ' || f.seq || ' ' || f."from", f."to", f.on_delete || ' ' || f.on_update FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table'
        UNION ALL
        SELECT 'index', m.name, i."unique" || ' ' || i.origin || ' ' || i.partial, (SELECT group_concat(coalesce(x.name, '?') || ' ' || x.desc || ' ' || x.coll) FROM pragma_index_xinfo(i.name) AS x WHERE x.key), ''
        FROM sqlite_master AS m, pragma_index_list(m.name) AS i WHERE m.type = 'table'
        UNION ALL
        SELECT type, name, tbl_name, sql, '' FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL
        """).Order(StringComparer.Ordinal)]);
}
