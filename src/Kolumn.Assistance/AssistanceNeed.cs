using Kolumn.Protocol;
using Kolumn.Protocol.Schema;

namespace Kolumn.Assistance;

/// <summary>What a provider leaves to its host, read off its schema.</summary>
/// <param name="IsNeeded">It does not plan and apply by itself.</param>
/// <param name="Missing">Functions that nobody can stand in for, so that it cannot be helped; empty when it can.</param>
public sealed record AssistanceNeed(bool IsNeeded, IReadOnlyList<string> Missing)
{
    /// <summary>The capability that a schema announces when the host fills in.</summary>
    public const string Capability = "host_assisted";

    public static AssistanceNeed Of(ProviderSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var has = schema.SupportedFunctions.ToHashSet(StringComparer.Ordinal);
        if (has.Contains(FunctionNames.Plan) && has.Contains(FunctionNames.Apply))
        {
            return new AssistanceNeed(false, []);
        }

        List<string> needed = [FunctionNames.CreateResource, FunctionNames.ReadResource, FunctionNames.DeleteResource, FunctionNames.DiscoverResources];
        if (schema.ResourceTypes.Any(CanUpdate))
        {
            needed.Add(FunctionNames.UpdateResource);
        }

        return new AssistanceNeed(true, [.. needed.Where(function => !has.Contains(function))]);
    }

    /// <summary>A type that lists its operations and not this one is replaced whenever it changes.</summary>
    internal static bool CanUpdate(ResourceTypeDefinition type) => type.Operations.Count == 0 || type.Operations.Contains(ResourceActions.Update);
}
