using System.Text.Json.Nodes;

namespace Kolumn.Sdk;

/// <summary>
/// A handler whose objects a user may declare renamed: the engine adds <c>renamed_from</c> to the type's attributes and to those
/// of its <see cref="RenamedParts"/>, takes it out of every config before <see cref="ICreateHandler.Describe"/> sees it, and renames
/// ahead of all other changes of a plan.
/// </summary>
public interface IRenamingHandler
{
    /// <summary>false for a kind that lives under one name all its life.</summary>
    bool CanRename => true;

    /// <summary>Members of a definition, lists of objects with a <c>name</c>, whose elements can be renamed too: <c>columns</c>.</summary>
    IReadOnlyCollection<string> RenamedParts => [];

    /// <summary>When two names are the same one.</summary>
    StringComparer NameComparer => StringComparer.Ordinal;

    /// <summary>What renames the object, or a part of it. null when the database cannot: then it is made again under the new name.</summary>
    /// <param name="definition">The object under the names that it has when these statements run.</param>
    IReadOnlyList<Statement>? Rename(JsonObject definition, Renaming renaming);

    /// <summary>What of the object is named after it and was not renamed with it, as the constraints of a table; null when nothing is.</summary>
    /// <param name="actual">The object as it is after the renaming.</param>
    /// <param name="desired">As it shall be.</param>
    FollowingNames? NamesThatFollow(JsonObject actual, JsonObject desired) => null;
}

/// <summary>One renaming, as a statement does it.</summary>
/// <param name="Object">The object under the identity that it has before.</param>
/// <param name="Part">One of <see cref="IRenamingHandler.RenamedParts"/>; null for the object itself.</param>
public sealed record Renaming(ObjectReference Object, string? Part, string From, string To);

/// <param name="Definition">The object once its names have followed.</param>
/// <param name="Statements">What makes them follow.</param>
/// <param name="Undo">What would take that back.</param>
public sealed record FollowingNames(JsonObject Definition, IReadOnlyList<Statement> Statements, IReadOnlyList<Statement> Undo);

/// <summary>Knows what the database itself makes of everything that refers to what is renamed: foreign keys, views, indexes.</summary>
public interface IRenameFollower<in TSession>
    where TSession : IProviderSession
{
    /// <summary>The definitions as the catalog would report them after the renamings. Nothing in the database is touched.</summary>
    /// <param name="renamings">In order.</param>
    /// <param name="statements">Those of the renamings, in order.</param>
    /// <param name="definitions">As read, by type and identity.</param>
    /// <returns>By the same references; a definition that is missing is as it was.</returns>
    /// <exception cref="ProviderException">The database would refuse one of the renamings.</exception>
    Task<IReadOnlyDictionary<ObjectReference, JsonObject>> FollowAsync(
        TSession session,
        IReadOnlyList<Renaming> renamings,
        IReadOnlyList<Statement> statements,
        IReadOnlyDictionary<ObjectReference, JsonObject> definitions,
        CancellationToken cancellationToken);
}
