using System.Text.Json.Nodes;

namespace Kolumn.Sdk;

/// <summary>
/// A handler whose objects have something that their definitions do not tell and that goes when they are dropped: rights that somebody has granted. When
/// an object is dropped and made again, it is given back.
/// </summary>
public interface IRestoringHandler<in TSession>
    where TSession : IProviderSession
{
    /// <summary>
    /// For each object that is made again, in the order given, what is run once it has been: empty where there is nothing to give back. In a number of queries
    /// that does not depend on how many they are.
    /// </summary>
    /// <param name="replaced">What exists, and what it becomes.</param>
    Task<IReadOnlyList<IReadOnlyList<Statement>>> RestoreAsync(
        TSession session, IReadOnlyList<(JsonObject Actual, JsonObject Desired)> replaced, CancellationToken cancellationToken);
}

/// <summary>
/// A handler whose objects are given back with what they are about when that is made again (<see cref="IRestoringHandler{TSession}"/>), as
/// grants are: the engine does not drop them before it. What of them changes in the same plan begins with whatever came back.
/// </summary>
public interface ICarriedHandler
{
    /// <summary>What makes <paramref name="desired"/> of the object once it has come back, as far as it could: parts of it may be about what is gone.</summary>
    /// <param name="actual">As it was before.</param>
    /// <param name="desired">null where it is deleted.</param>
    IReadOnlyList<Statement> ChangeRestored(JsonObject actual, JsonObject? desired);
}
