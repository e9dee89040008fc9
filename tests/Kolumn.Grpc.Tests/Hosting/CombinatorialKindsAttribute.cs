using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Kolumn.Grpc.Tests.Hosting;

/// <summary>Runs a theory over every kind of server, and over each further value with each kind.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CombinatorialKindsAttribute(params object[] values) : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        var rows = Enum.GetValues<ServerKind>().SelectMany(kind => values.Length == 0
            ? [new TheoryDataRow(kind)]
            : values.Select(value => new TheoryDataRow(kind, value)));
        return new ValueTask<IReadOnlyCollection<ITheoryDataRow>>(rows.ToList<ITheoryDataRow>());
    }

    public override bool SupportsDiscoveryEnumeration() => true;
}
