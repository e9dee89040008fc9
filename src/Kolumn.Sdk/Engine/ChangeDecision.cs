using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// What becomes of a proposal once it is known what exists. The host proposes from configuration and state; the database may
/// have been changed since by somebody else, and then the truth wins.
/// </summary>
/// <param name="Action">One of <see cref="ResourceActions"/>; an update may still turn out to be a replace.</param>
/// <param name="Reason">Why it is not what was proposed.</param>
/// <param name="Conflict">Why nothing can be done.</param>
internal sealed record ChangeDecision(string Action, string? Reason = null, Diagnostic? Conflict = null)
{
    /// <param name="differences">From what exists to what is desired; null when one of them is missing.</param>
    /// <param name="isUnfinished">What exists is nothing but an interrupted change.</param>
    public static ChangeDecision Make<TSession>(
        PreparedResource<TSession> resource, JsonObject? actual, JsonObject? former, IReadOnlyDictionary<string, AttributeChange>? differences, bool isUnfinished)
        where TSession : IProviderSession
    {
        var equal = differences is { Count: 0 };
        if (resource.Request.Action == ResourceActions.Delete)
        {
            return new ChangeDecision(
                ResourceActions.Delete,
                resource.MovedTo is { } address ? $"is managed as {address} from now on" : actual is null ? "does not exist any more" : null);
        }

        if (resource.FormerIdentity is { } formerIdentity)
        {
            return (former, actual) switch
            {
                (null, null) => new ChangeDecision(ResourceActions.Create, "deleted outside Kolumn"),
                (null, _) when equal => new ChangeDecision(ResourceActions.Read, "renamed outside Kolumn"),
                (_, null) => new ChangeDecision(ResourceActions.Replace, $"its name changes from {formerIdentity} to {resource.Identity}{(resource.Type.Renamer is null || resource.RenameSource == formerIdentity ? "" : "; renamed_from would rename it")}"),
                (null, _) => Refuse(resource, differences!),
                _ => new ChangeDecision(ResourceActions.NoOp, Conflict: Diagnostic.Error(
                    DiagnosticCodes.AdoptionConflict,
                    $"{resource.Type.Name} {formerIdentity} cannot become {resource.Identity}: that exists already",
                    "Choose another name, or remove the existing object.") with
                {
                    Address = resource.Address,
                }),
            };
        }

        var isOurs = resource.Recorded is not null || resource.Request.Action == ResourceActions.Update;
        return (isOurs, actual) switch
        {
            (true, null) => new ChangeDecision(ResourceActions.Create, "deleted outside Kolumn"),
            (false, null) => new ChangeDecision(ResourceActions.Create),
            (true, _) when equal => resource.MovedFrom is { } old
                ? new ChangeDecision(ResourceActions.Read, $"was managed as {old} until now")
                : new ChangeDecision(ResourceActions.NoOp),
            (false, _) when equal => new ChangeDecision(ResourceActions.Read, "exists and equals the configuration"),
            (true, _) => new ChangeDecision(ResourceActions.Update),
            (false, _) when isUnfinished => new ChangeDecision(ResourceActions.Update, "an interrupted change has left it unfinished"),
            (false, _) => Refuse(resource, differences!),
        };
    }

    private static ChangeDecision Refuse<TSession>(PreparedResource<TSession> resource, IReadOnlyDictionary<string, AttributeChange> differences)
        where TSession : IProviderSession => new(ResourceActions.NoOp, Conflict: Diagnostic.Error(
            DiagnosticCodes.AdoptionConflict,
            $"{resource.Type.Name} {resource.Identity} exists already and differs from the configuration",
            $"It is not in the state, so it is left alone. {DefinitionComparison.Explain(differences, "the database has", "the configuration asks for")}. Make the configuration say what exists, or remove the object.") with
        {
            Address = resource.Address,
        });
}
