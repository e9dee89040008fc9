using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Sdk;

namespace Kolumn.Providers.Mongo.Migrations;

/// <summary>
/// What a step does to one field of every document of a collection. Documents are chosen by what they hold and not by a list, so that a batch that is made twice finds
/// nothing to do the second time.
/// </summary>
internal abstract record FieldOperation(FieldPath Field)
{
    /// <summary>The member of a document that was read, or is kept: the value before, with its type. Absent where it was missing, or is not needed.</summary>
    public const string Before = "before";

    /// <summary>As <see cref="Before"/>: the value that the operation makes of it.</summary>
    public const string After = "after";

    /// <summary>The member of a document that was read: true where it stands against the operation.</summary>
    public const string Refused = "refused";

    /// <summary>Which documents it is about: the filter of a query.</summary>
    public abstract JsonObject Filter { get; }

    /// <summary>The same as an expression.</summary>
    public abstract JsonObject Applies { get; }

    /// <summary>Which of them stand against it, as an expression; null: none ever does.</summary>
    public virtual JsonObject? IsRefused => null;

    /// <summary>What is to be done about those.</summary>
    public virtual string Advice => "Change them first.";

    /// <summary>Which of them lose something of their value, as an expression; null: none ever does.</summary>
    public virtual JsonObject? Loses => null;

    /// <summary>Whether what is kept holds values, beside which documents were changed.</summary>
    public virtual bool KeepsValues => false;

    /// <summary>Which fields a look at a document takes: members and expressions.</summary>
    public virtual JsonObject Projection => [];

    public abstract string Describe(string collection);

    /// <summary>The updates that change the documents that were read, each on condition that it is still as it was read.</summary>
    public abstract IEnumerable<JsonObject> Change(IReadOnlyList<JsonObject> documents);

    /// <summary>The updates that undo it, from what was kept.</summary>
    /// <param name="kept">What was kept of each document, with its id as <c>key</c>.</param>
    /// <param name="force">Whether values that were written since are lost.</param>
    public abstract IEnumerable<JsonObject> Undo(IReadOnlyList<JsonObject> kept, bool force);

    /// <summary>The fields that tell how a document is now, by the names under which <see cref="StateOf"/> looks for them.</summary>
    public virtual JsonObject Look => new() { ["now"] = Field.Reference };

    /// <summary>How a document is now.</summary>
    /// <param name="kept">What was kept of it.</param>
    /// <param name="now">What <see cref="Look"/> found.</param>
    public abstract FieldState StateOf(JsonObject kept, JsonObject now);

    /// <summary>The update that shows what it does as one.</summary>
    public abstract JsonObject Shown { get; }

    /// <summary>As <see cref="Shown"/>, of undoing it.</summary>
    public abstract JsonObject ShownUndoing { get; }

    /// <summary>A condition on the field: exactly this value, or none.</summary>
    protected static JsonObject Is(JsonNode? value) => value is null ? new JsonObject { ["$exists"] = false } : new JsonObject { ["$eq"] = value.DeepClone() };

    protected static bool Same(JsonObject one, string member, JsonObject other, string otherMember) =>
        one.ContainsKey(member) == other.ContainsKey(otherMember) && JsonNode.DeepEquals(one[member], other[otherMember]);

    /// <param name="condition">null: whatever the field is now.</param>
    protected static JsonObject One(JsonObject document, string idMember, FieldPath field, JsonObject? condition, JsonObject update)
    {
        var query = new JsonObject { ["_id"] = new JsonObject { ["$eq"] = document[idMember]?.DeepClone() } };
        if (condition is not null)
        {
            query[field.Text] = condition;
        }

        return new JsonObject { ["q"] = query, ["u"] = update };
    }

    protected static JsonObject Many(IReadOnlyList<JsonObject> documents, string idMember, JsonObject conditions, JsonObject update)
    {
        var query = new JsonObject { ["_id"] = new JsonObject { ["$in"] = new JsonArray([.. documents.Select(d => d[idMember]?.DeepClone())]) } };
        foreach (var (field, condition) in conditions)
        {
            query[field] = condition?.DeepClone();
        }

        return new JsonObject { ["q"] = query, ["u"] = update, ["multi"] = true };
    }

    protected static JsonObject Set(FieldPath field, JsonNode? value) => new() { ["$set"] = new JsonObject { [field.Text] = value?.DeepClone() } };

    protected static JsonObject Unset(FieldPath field) => new() { ["$unset"] = new JsonObject { [field.Text] = "" } };

    protected static JsonObject And(params JsonObject?[] expressions) => new() { ["$and"] = new JsonArray([.. expressions.OfType<JsonObject>()]) };
}

/// <summary>How a document that an operation has changed is now.</summary>
internal enum FieldState
{
    /// <summary>As the operation left it.</summary>
    AsLeft,

    /// <summary>As it was before.</summary>
    AsBefore,

    /// <summary>As somebody else has made it.</summary>
    Changed,
}
