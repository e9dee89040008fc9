using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;

namespace Kolumn.Sdk;

/// <summary>
/// One resource type of a provider: what a user may write, what exists, and how to make the two equal. Handlers hold no
/// state; whatever they need of the database comes with the session.
/// <para>
/// A handler speaks two shapes. A <em>config</em> is what a user wrote. A <em>definition</em> is the object as the catalog
/// reports it: the engine compares definition with definition and records definitions in the state, so two equal objects must
/// have equal definitions (lists of objects with a <c>name</c> are compared by name, in any order; computed attributes do not
/// count).
/// </para>
/// <para>Beside this interface a handler implements exactly one of</para>
/// <list type="bullet">
/// <item><see cref="IStatementHandler"/>: changes are statements, planned purely and run by the engine in one transaction;</item>
/// <item><see cref="IOperationHandler{TSession}"/>: changes are calls of its own, of which <see cref="IHazardHandler"/> says what they may do;</item>
/// </list>
/// <para>and may implement <see cref="INormalizingHandler{TSession}"/> when only the server knows how it will spell a definition, and
/// <see cref="IObstructingHandler"/> when its objects stand in the way of changes to what they are made from,
/// <see cref="IPostponingHandler"/> when they can be made before everything they refer to exists, and
/// <see cref="IOrderPreferringHandler"/> when an order is nicer than another without being necessary,
/// <see cref="IKeepingHandler"/> when attributes that a config leaves out stay as they are, <see cref="IAliasedHandler"/> when others
/// name its objects by less than their identity, <see cref="IIncompleteHandler{TSession}"/> when objects exist that it cannot express,
/// <see cref="IStandardHandler"/> when its objects are there in a standard form although nobody has made them,
/// <see cref="IRestoringHandler{TSession}"/> when its objects have what no definition tells, <see cref="ICarriedHandler"/> when they are that themselves,
/// <see cref="ISecretHandler{TSession}"/> when the database can tell whether a secret is the one that it has,
/// <see cref="IAssertingHandler{TSession}"/> when statements can say how they may be done, <see cref="IAdaptingHandler{TSession}"/> when they are others on another
/// server, <see cref="ISharingHandler"/> when parts of its objects may be somebody else's,
/// <see cref="IOwningHandler"/> when its objects are made of others that are nobody else's business,
/// <see cref="IContainedHandler"/> when they go with another one,
/// <see cref="IUnfinishedHandler"/> when an interrupted change leaves something that shows it, and
/// <see cref="IOnlineHandler{TSession}"/> when it can change objects while others use them.</para>
/// </summary>
/// <typeparam name="TSession">The provider's own session type.</typeparam>
public interface IResourceHandler<in TSession> : ICreateHandler, IDiscoverHandler<TSession>
    where TSession : IProviderSession;

/// <summary>The half of a handler that knows what may be asked for: what the create registry holds.</summary>
public interface ICreateHandler
{
    /// <summary>For users, one sentence.</summary>
    string Description { get; }

    /// <summary>Every attribute; the computed ones appear in the state only. The engine has checked a config against it before any other method sees it.</summary>
    ObjectType Schema { get; }

    /// <summary>
    /// The definition that <paramref name="config"/> asks for, defaults filled in, as close to the catalog's spelling as can
    /// be told without asking the server. Mistakes that the schema cannot express go to <paramref name="context"/>. Pure: called
    /// on several threads at once, and <paramref name="config"/> stays as it is.
    /// </summary>
    JsonObject Describe(JsonObject config, DescribeContext context);

    /// <summary>The name under which the database knows the object, unique within the type: <c>public.users</c>.</summary>
    string IdentityOf(JsonObject definition);

    /// <summary>Objects that must exist before this one: a table's schema, the tables its foreign keys point to. Itself is allowed and ignored.</summary>
    IEnumerable<ObjectReference> Requires(JsonObject definition);
}

/// <summary>
/// A handler whose database takes objects in any order although people expect one: a table whose foreign keys may point to
/// tables that do not exist yet.
/// </summary>
public interface IOrderPreferringHandler
{
    /// <summary>
    /// Objects better made before this one, unless that would go round in a circle: then one of the wishes on the circle is
    /// dropped, where a <see cref="ICreateHandler.Requires"/> would be an error.
    /// </summary>
    IEnumerable<ObjectReference> Prefers(JsonObject definition);
}

/// <summary>A handler whose objects have attributes that are nobody's business until a config names them: an owner, an extension's version.</summary>
public interface IKeepingHandler
{
    /// <summary>Attributes at the top of a definition that stay as the database has them while the config leaves them out.</summary>
    IReadOnlyCollection<string> Kept { get; }

    /// <summary>Those of <see cref="Kept"/> that this object keeps: not what goes with something that its config does say.</summary>
    /// <param name="described">What the config asks for, as described.</param>
    IReadOnlyCollection<string> KeptBy(JsonObject described) => Kept;

    /// <summary>Those of <see cref="Kept"/> in which others have a say too, as in a trigger's place among the triggers of its table: what they are after a change is nobody's fault.</summary>
    IReadOnlyCollection<string> KeptLoosely => [];
}

/// <summary>
/// A handler whose objects have parts that may be somebody else's, as an index is to MySQL the same thing as a unique constraint of its table. Those that
/// neither the config nor the record of the object names are not seen, and left alone.
/// </summary>
public interface ISharingHandler
{
    /// <summary>Members of a definition, lists of objects with a <c>name</c>.</summary>
    IReadOnlyCollection<string> SharedParts => [];

    /// <summary>Members of a definition that are one part together, such as a validator with its level: whoever names one of them means all.</summary>
    IReadOnlyCollection<string> SharedMembers => [];
}

/// <summary>A handler whose objects others name by less than their identity, as a call of a function does not name its argument types.</summary>
public interface IAliasedHandler
{
    /// <summary>
    /// Further identities under which a <see cref="ICreateHandler.Requires"/> or <see cref="IOrderPreferringHandler.Prefers"/> finds the
    /// object; several objects may share one, and then all of them are meant.
    /// </summary>
    IEnumerable<string> AliasesOf(JsonObject definition);
}

/// <summary>A handler whose objects are made of others of this provider, as an outbox is of a table and its indexes.</summary>
public interface IOwningHandler
{
    /// <summary>What is part of the object: it is not discovered on its own, since whoever manages both would change one of them twice.</summary>
    IEnumerable<ObjectReference> PartsOf(JsonObject definition);
}

/// <summary>The half of a handler that knows what exists: what the discover registry holds.</summary>
public interface IDiscoverHandler<in TSession>
    where TSession : IProviderSession
{
    /// <summary>
    /// The definitions of what exists, in a number of queries that does not depend on how much that is. Objects that belong to
    /// the database system itself are left out.
    /// </summary>
    /// <param name="session">Where to read; what the session has changed and not committed is seen.</param>
    /// <param name="identities">Which objects; null for all. Those that do not exist are simply not returned.</param>
    Task<IReadOnlyList<JsonObject>> ReadAsync(TSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken);

    /// <summary>The shortest config whose description equals <paramref name="definition"/>.</summary>
    JsonObject ToConfig(JsonObject definition);
}

/// <summary>A handler whose objects show by themselves that a change of theirs was interrupted, such as an index that was never finished.</summary>
public interface IUnfinishedHandler
{
    /// <summary>Whether <paramref name="actual"/> is nothing but <paramref name="desired"/> in the making: nobody has made it on purpose, so it is finished although no state knows it.</summary>
    bool IsUnfinished(JsonObject actual, JsonObject desired);
}

/// <summary>A handler whose objects go when another one is dropped, with all that is in them, as partitions go with their table.</summary>
public interface IContainedHandler
{
    /// <summary>Whether <paramref name="owner"/> takes the object along: where that is made again, so is this.</summary>
    bool IsInside(JsonObject definition, ObjectReference owner);
}

/// <summary>A handler that knows of objects like its own that none of its definitions can express.</summary>
public interface IIncompleteHandler<in TSession>
    where TSession : IProviderSession
{
    /// <summary>
    /// A warning for each sort of object that discovery leaves out, naming them: what cannot be told is not silently missing.
    /// In a number of queries that does not depend on how much that is.
    /// </summary>
    Task<IReadOnlyList<Diagnostic>> FindUnsupportedAsync(TSession session, CancellationToken cancellationToken);
}

/// <summary>
/// A handler of what is there in a standard form although nobody has made it, as everybody may call a new function. In that form it counts as
/// not existing, except for a config that asks for exactly that form: creating it changes the form, deleting it restores it.
/// </summary>
public interface IStandardHandler
{
    /// <summary>Whether the object is as it would be had nobody touched it. Discovery leaves such objects out itself.</summary>
    /// <param name="definition">As it exists.</param>
    bool IsStandard(JsonObject definition);
}

/// <summary>
/// A handler whose database keeps the sensitive values of its objects in a form that gives nothing away and still tells whether a value is
/// the one that was set, as PostgreSQL keeps passwords. Where nobody can tell, the engine goes by what the state remembers: whether the
/// configuration is the one that was applied last.
/// </summary>
public interface ISecretHandler<in TSession>
    where TSession : IProviderSession
{
    /// <summary>
    /// For each description, in the order given: whether the object that exists has its sensitive values; null when that cannot be told, or when
    /// there are none in it.
    /// In a number of queries that does not depend on how many they are.
    /// </summary>
    Task<IReadOnlyList<bool?>> HaveSecretsAsync(TSession session, IReadOnlyList<JsonObject> described, CancellationToken cancellationToken);
}

/// <summary>An object of this provider by type and identity.</summary>
/// <param name="Type">Without the provider's prefix: <c>table</c>.</param>
/// <param name="Identity">As <see cref="ICreateHandler.IdentityOf"/> spells it.</param>
public sealed record ObjectReference(string Type, string Identity);

/// <summary>A handler whose definitions only the server can spell: expressions, defaults, view bodies.</summary>
public interface INormalizingHandler<in TSession>
    where TSession : IProviderSession
{
    /// <summary>
    /// The definitions as the server would report them had they been created, in the order given and at a cost of a few round
    /// trips for all of them. Leaves no trace in the database. A definition that the server refuses comes back with the
    /// server's reason.
    /// </summary>
    /// <param name="all">Every desired definition of the plan by type, for what a definition refers to.</param>
    Task<IReadOnlyList<NormalizedDefinition>> NormalizeAsync(
        TSession session, IReadOnlyList<JsonObject> definitions, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all, CancellationToken cancellationToken);
}

/// <param name="Definition">As the server spells it; null when it refused.</param>
/// <param name="Refusal">Why it refused.</param>
public sealed record NormalizedDefinition(JsonObject? Definition, Diagnostic? Refusal);

/// <summary>
/// A handler whose objects keep the database from changing what they are made from, as PostgreSQL's views keep the columns that
/// they select. The engine drops them before such a change and creates them again afterwards, provided that no data is lost.
/// </summary>
public interface IObstructingHandler
{
    /// <summary>Whether the object has to make way while one that it requires is updated.</summary>
    /// <param name="definition">The object as it exists.</param>
    /// <param name="changed">What is updated.</param>
    /// <param name="changes">How, by attribute path.</param>
    bool StandsInTheWay(JsonObject definition, ObjectReference changed, IReadOnlyDictionary<string, AttributeChange> changes);
}

/// <summary>
/// A handler whose objects may refer to each other in a circle, as tables do by their foreign keys: each can be made without a
/// reference first and be given it once all of them exist. The engine does so where no order satisfies everybody.
/// </summary>
public interface IPostponingHandler
{
    /// <summary>Whether the reference to <paramref name="requirement"/>, one of <see cref="ICreateHandler.Requires"/>, can be added and removed afterwards.</summary>
    bool CanPostpone(ObjectReference requirement);

    /// <summary>
    /// Whether the reference to something that exists has to go while that is changed, because it rests on what is taken away
    /// for a moment, as a foreign key rests on the key of the other table.
    /// </summary>
    /// <param name="changes">Of the requirement, by attribute path.</param>
    bool MustLetGo(ObjectReference requirement, IReadOnlyDictionary<string, AttributeChange> changes) => false;

    /// <summary>The same where it depends on the object that refers.</summary>
    /// <param name="definition">Of the object that refers, as it exists or shall.</param>
    bool MustLetGo(JsonObject definition, ObjectReference requirement, IReadOnlyDictionary<string, AttributeChange> changes) => MustLetGo(requirement, changes);

    /// <summary>The definition without its references to <paramref name="requirements"/>; <see cref="IStatementHandler.Alter"/> leads from one to the other.</summary>
    JsonObject Without(JsonObject definition, IReadOnlyCollection<ObjectReference> requirements);
}
