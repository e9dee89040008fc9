using System.Runtime.ExceptionServices;
using System.Text.Json.Nodes;
using Kolumn.Protocol;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// Has the handlers describe every accepted resource of a plan, on all processors: describing is pure. They may ask for each
/// other's configs.
/// </summary>
internal sealed class DescriptionPass<TSession>(ResourceTypes<TSession> types, IReadOnlyList<AcceptedResource<TSession>> accepted, string? defaultSchema)
    where TSession : IProviderSession
{
    private readonly Dictionary<(string Type, string Name), JsonObject> _configs = accepted
        .Where(a => a.Config is not null)
        .ToDictionary(a => (a.Type.Name, a.Request.Name), a => a.Config!);

    public List<PreparedResource<TSession>> Run(List<Diagnostic> diagnostics)
    {
        var prepared = new PreparedResource<TSession>?[accepted.Count];
        var found = new List<Diagnostic>[accepted.Count];
        try
        {
            Parallel.For(0, accepted.Count, i => prepared[i] = Describe(accepted[i], found[i] = []));
        }
        catch (AggregateException defects)
        {
            ExceptionDispatchInfo.Throw(defects.InnerExceptions[0]);
        }

        diagnostics.AddRange(found.SelectMany(f => f));
        return [.. prepared.OfType<PreparedResource<TSession>>()];
    }

    private PreparedResource<TSession>? Describe(AcceptedResource<TSession> resource, List<Diagnostic> diagnostics)
    {
        try
        {
            return Prepare(resource, diagnostics);
        }
        catch (ProviderException refused)
        {
            diagnostics.Add(refused.Diagnostic with { Address = refused.Diagnostic.Address ?? resource.Address });
            return null;
        }
    }

    private PreparedResource<TSession>? Prepare(AcceptedResource<TSession> resource, List<Diagnostic> diagnostics)
    {
        var (request, address, type, config) = resource;
        var recorded = RecordedState.Read(request.PriorState);
        if (config is null)
        {
            var last = recorded?.Whole ?? new JsonObject { ["name"] = request.Name };
            return new PreparedResource<TSession>
            {
                Request = request,
                Address = address,
                Type = type,
                Recorded = recorded,
                Identity = IdentityOf(type, last, address),
            };
        }

        var context = new DescribeContext(new ResourceAddress(request.ResourceType, request.Name), ConfigOf) { DefaultSchema = defaultSchema };
        var (rest, wishes) = RenameWishes.Take(config, type.Renamer);
        var described = HandlerCall.Run(address, nameof(ICreateHandler.Describe), () => type.Creator.Describe(rest, context));
        diagnostics.AddRange(context.Diagnostics);
        if (context.Diagnostics.Any(d => d.Severity == Severity.Error))
        {
            return null;
        }

        var identity = IdentityOf(type, described, address);
        if (type.IsReserved(identity))
        {
            diagnostics.Add(Diagnostic.Error(
                DiagnosticCodes.InvalidValue, $"{type.Name} {identity} is Kolumn's own", "Choose another name.") with
            {
                Address = address,
            });
            return null;
        }

        var former = recorded is null ? identity : IdentityOf(type, recorded.Whole, address);
        return new PreparedResource<TSession>
        {
            Request = request,
            Address = address,
            Type = type,
            Config = config,
            Described = described,
            DescriptionHash = DescriptionHash.Of(described, type.Schema, recorded?.DescriptionHash),
            Recorded = recorded,
            Identity = identity,
            FormerIdentity = former == identity ? null : former,
            RenameWishes = wishes,
            RenameSource = wishes.FirstOrDefault(w => w.Part is null) is { } wish ? IdentityOf(type, RenamedDefinition.WithName(described, wish.From), address) : null,
        };
    }

    private JsonObject? ConfigOf(string otherAddress) =>
        ResourceAddress.TryParse(otherAddress, out var other) && types.TryResolve(other.Type, out var type)
            ? (JsonObject?)_configs.GetValueOrDefault((type.Name, other.Name))?.DeepClone()
            : null;

    private static string IdentityOf(ResourceType<TSession> type, JsonObject definition, string address) =>
        HandlerCall.Run(address, nameof(ICreateHandler.IdentityOf), () => type.Creator.IdentityOf(definition));
}
