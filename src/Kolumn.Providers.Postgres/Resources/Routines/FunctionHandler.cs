using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Privileges;
using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources.Routines;

/// <summary>Functions in any language but C; aggregates and window functions are other kinds of object.</summary>
internal sealed class FunctionHandler : RoutineHandler<FunctionDefinition>
{
    public override string Description => "A function.";

    public override ObjectType Schema => RoutineResource.FunctionSchema;

    protected override PrivilegeKind? Privileges => PrivilegeKind.Function;

    protected override string Type => RoutineResource.Function;

    protected override FunctionDefinition Describe(ConfigReader config) => RoutineResource.DescribeFunction(config);

    protected override Task<IReadOnlyList<FunctionDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken) =>
        RoutineCatalog.ReadFunctionsAsync(session, lookups, names, cancellationToken);

    protected override bool ResultStays(FunctionDefinition actual, FunctionDefinition desired) =>
        actual.Returns == desired.Returns && actual.ReturnsTable.SequenceEqual(desired.ReturnsTable);
}
