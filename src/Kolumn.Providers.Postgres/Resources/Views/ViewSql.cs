using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Views;

/// <summary>Views as SQL: PostgreSQL manual, CREATE VIEW and CREATE MATERIALIZED VIEW.</summary>
internal static class ViewSql
{
    public static Statement Create(ViewDefinition view) => new($"CREATE VIEW {view.Identity.Quoted} AS\n{view.Query}");

    public static Statement Create(MaterializedViewDefinition view) =>
        new($"CREATE MATERIALIZED VIEW {view.Identity.Quoted} AS\n{view.Query}{(view.WithoutData ? "\nWITH NO DATA" : "")}");

    public static Statement Replace(ViewDefinition view) => new($"CREATE OR REPLACE VIEW {view.Identity.Quoted} AS\n{view.Query}") { Locks = [TableLock.AccessExclusive.On(view.Identity)] };
}
