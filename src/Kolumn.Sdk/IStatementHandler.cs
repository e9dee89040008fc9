using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;

namespace Kolumn.Sdk;

/// <summary>A handler whose changes are statements. Pure: nothing here touches a database.</summary>
public interface IStatementHandler
{
    IReadOnlyList<Statement> Create(JsonObject definition);

    /// <summary>
    /// What turns <paramref name="actual"/> into <paramref name="desired"/>; both have the same identity and differ. null when
    /// only dropping and creating it again can.
    /// </summary>
    IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired);

    IReadOnlyList<Statement> Drop(JsonObject definition);
}

/// <summary>
/// A handler that can change what is in use without keeping readers and writers waiting: in more steps, some of them outside the
/// transaction. What holds nothing is changed the plain way, all or nothing.
/// </summary>
public interface IOnlineHandler<in TSession> : IStatementHandler
    where TSession : IProviderSession
{
    /// <summary>The identity of what readers and writers would wait for: the table itself, or that of an index.</summary>
    string InUse(JsonObject definition);

    /// <summary>What would happen to whoever uses these, from the catalog's figures, in a number of queries that does not depend on how many they are. What does not exist is missing.</summary>
    Task<IReadOnlyDictionary<string, ObjectUse>> FindUseAsync(TSession session, IReadOnlyCollection<string> identities, CancellationToken cancellationToken);

    /// <summary>null when <see cref="IStatementHandler.Create"/> keeps nobody waiting.</summary>
    IReadOnlyList<Statement>? CreateOnline(JsonObject definition);

    /// <summary>null when there is no better way than the plain one. Asked for what can only be replaced, too.</summary>
    IReadOnlyList<Statement>? AlterOnline(JsonObject actual, JsonObject desired);

    /// <summary>null when <see cref="IStatementHandler.Drop"/> keeps nobody waiting, or there is no other way.</summary>
    IReadOnlyList<Statement>? DropOnline(JsonObject definition);
}

/// <summary>Whether anybody would notice that an object is being changed.</summary>
public enum ObjectUse
{
    /// <summary>It holds nothing, so that whatever is done to it is done in a moment.</summary>
    Empty,

    /// <summary>It is changed in the transaction, as wished or because there is no other way.</summary>
    InTransaction,

    /// <summary>It is changed in steps that keep nobody waiting, where there are such.</summary>
    InSteps,
}

/// <summary>A handler whose database lets a statement say how it may be done, and refuses it otherwise, as MySQL does with ALGORITHM and LOCK.</summary>
public interface IAssertingHandler<in TSession> : IStatementHandler
    where TSession : IProviderSession
{
    /// <summary>
    /// For each change, in the order given, its statements with the best way asserted that the database takes, and with what that way means for others as
    /// hazards. Leaves no trace in the database.
    /// </summary>
    Task<IReadOnlyList<IReadOnlyList<Statement>>> AssertAsync(TSession session, IReadOnlyList<AssertedChange> changes, CancellationToken cancellationToken);
}

/// <summary>A change on its way to <see cref="IAssertingHandler{TSession}"/>.</summary>
/// <param name="Definition">What exists, or what comes to what exists.</param>
/// <param name="Statements">The plain statements.</param>
/// <param name="Ahead">What the plan does before to what the object is made from, as to an index's table.</param>
public sealed record AssertedChange(JsonObject Definition, IReadOnlyList<Statement> Statements, IReadOnlyList<Statement> Ahead);

/// <summary>A handler whose statements are others on another server or version, or are not possible at all there.</summary>
public interface IAdaptingHandler<in TSession> : IStatementHandler
    where TSession : IProviderSession
{
    /// <summary>The statements as this server takes them. Nothing is asked of it but what the session knows.</summary>
    /// <param name="definition">What shall exist; for a delete, what exists.</param>
    /// <exception cref="ProviderException">The server has nothing of the kind.</exception>
    IReadOnlyList<Statement> Adapt(TSession session, JsonObject definition, IReadOnlyList<Statement> statements);
}

/// <summary>A handler whose changes are calls of its own, one object at a time. Each returns the definition that exists afterwards.</summary>
public interface IOperationHandler<in TSession>
    where TSession : IProviderSession
{
    Task<JsonObject> CreateAsync(TSession session, JsonObject definition, CancellationToken cancellationToken);

    Task<JsonObject> UpdateAsync(TSession session, JsonObject actual, JsonObject desired, CancellationToken cancellationToken);

    Task DeleteAsync(TSession session, JsonObject definition, CancellationToken cancellationToken);
}

/// <summary>A handler that makes its changes itself and knows what they may do: what statements say of themselves elsewhere.</summary>
public interface IHazardHandler
{
    /// <summary>Of a change to what exists; none for what harms nobody.</summary>
    /// <param name="action"><c>update</c>, <c>replace</c> or <c>delete</c>.</param>
    /// <param name="actual">What exists.</param>
    /// <param name="changes">By attribute path; empty for a delete.</param>
    IReadOnlyList<Hazard> HazardsOf(string action, JsonObject actual, IReadOnlyDictionary<string, AttributeChange> changes);
}
