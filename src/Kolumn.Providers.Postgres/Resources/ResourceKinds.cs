using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Databases;
using Kolumn.Providers.Postgres.Resources.Extensions;
using Kolumn.Providers.Postgres.Resources.Indexes;
using Kolumn.Providers.Postgres.Resources.Policies;
using Kolumn.Providers.Postgres.Resources.Privileges;
using Kolumn.Providers.Postgres.Resources.Publications;
using Kolumn.Providers.Postgres.Resources.Roles;
using Kolumn.Providers.Postgres.Resources.Routines;
using Kolumn.Providers.Postgres.Resources.Schemas;
using Kolumn.Providers.Postgres.Resources.Sequences;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Providers.Postgres.Resources.Triggers;
using Kolumn.Providers.Postgres.Resources.Types;
using Kolumn.Providers.Postgres.Resources.Views;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources;

/// <summary>Every type of this provider with its handler, in the order in which what exists is told.</summary>
internal static class ResourceKinds
{
    public static IReadOnlyList<(string Type, IResourceHandler<PostgresSession> Handler)> All { get; } =
    [
        (RoleResource.Role, new RoleHandler(login: false)),
        (RoleResource.User, new RoleHandler(login: true)),
        (DatabaseResource.Type, new DatabaseHandler()),
        (SchemaResource.Type, new SchemaHandler()),
        (ExtensionResource.Type, new ExtensionHandler()),
        (TypeResource.Type, new TypeHandler()),
        (SequenceResource.Type, new SequenceHandler()),
        (TableResource.Type, new TableHandler()),
        (PartitionResource.Type, new PartitionHandler()),
        (RoutineResource.Function, new FunctionHandler()),
        (RoutineResource.Procedure, new ProcedureHandler()),
        (ViewResource.Type, new ViewHandler()),
        (MaterializedViewResource.Type, new MaterializedViewHandler()),
        (IndexResource.Type, new IndexHandler()),
        (TriggerResource.Type, new TriggerHandler()),
        (PolicyResource.Type, new PolicyHandler()),
        (PublicationResource.Type, new PublicationHandler()),
        (DefaultPrivilegesResource.Type, new DefaultPrivilegesHandler()),
        (GrantResource.Type, new GrantHandler()),
    ];
}
