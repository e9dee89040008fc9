using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Tables;

/// <summary>The columns of what exists, for what is tried out on them.</summary>
internal static class TableStage
{
    /// <param name="identity">Of a table, view or materialised view.</param>
    public static ScratchItem Like(string identity)
    {
        var table = QualifiedName.Parse(identity)!.Value;
        return new ScratchItem(new ObjectReference(TableResource.Type, identity), table, Create: [], Needs: [])
        {
            Copy = name => new Statement($"CREATE TABLE {name.Quoted} (LIKE {table.Quoted})"),
        };
    }

    /// <summary>The same as a view.</summary>
    public static ScratchItem ViewOn(string identity) => Like(identity) is var stage
        ? stage with { Copy = name => new Statement($"CREATE VIEW {name.Quoted} AS SELECT * FROM {stage.Name.Quoted}") }
        : stage;
}
