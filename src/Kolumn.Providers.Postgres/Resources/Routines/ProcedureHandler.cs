using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Privileges;
using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources.Routines;

/// <summary>Procedures in any language but C.</summary>
internal sealed class ProcedureHandler : RoutineHandler<ProcedureDefinition>
{
    public override string Description => "A procedure.";

    public override ObjectType Schema => RoutineResource.ProcedureSchema;

    protected override PrivilegeKind? Privileges => PrivilegeKind.Procedure;

    protected override string Type => RoutineResource.Procedure;

    protected override ProcedureDefinition Describe(ConfigReader config) => RoutineResource.DescribeProcedure(config);

    protected override Task<IReadOnlyList<ProcedureDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken) =>
        RoutineCatalog.ReadProceduresAsync(session, lookups, names, cancellationToken);
}
