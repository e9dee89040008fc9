using Kolumn.Providers.MySql.Database;
using Kolumn.Providers.MySql.Resources.Accounts;
using Kolumn.Providers.MySql.Resources.Indexes;
using Kolumn.Providers.MySql.Resources.Privileges;
using Kolumn.Providers.MySql.Resources.Programs;
using Kolumn.Providers.MySql.Resources.Schemas;
using Kolumn.Providers.MySql.Resources.Sequences;
using Kolumn.Providers.MySql.Resources.Tables;
using Kolumn.Providers.MySql.Resources.Views;
using Kolumn.Sdk;

namespace Kolumn.Providers.MySql.Resources;

/// <summary>Every type of this provider with its handler, in the order in which what exists is told.</summary>
internal static class ResourceKinds
{
    public static IReadOnlyList<(string Type, IResourceHandler<MySqlSession> Handler)> All { get; } =
    [
        (AccountResource.Role, new AccountHandler(isRole: true)),
        (AccountResource.User, new AccountHandler(isRole: false)),
        (SchemaResource.Type, new SchemaHandler()),
        (SequenceHandler.Type, new SequenceHandler()),
        (TableResource.Type, new TableHandler()),
        (ViewResource.Type, new ViewHandler()),
        (IndexResource.Type, new IndexHandler()),
        (RoutineResource.Function, new RoutineHandler(isFunction: true)),
        (RoutineResource.Procedure, new RoutineHandler(isFunction: false)),
        (TriggerHandler.Type, new TriggerHandler()),
        (EventResource.Type, new Programs.EventHandler()),
        (GrantResource.Type, new GrantHandler()),
    ];
}
