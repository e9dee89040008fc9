namespace Kolumn.Protocol;

/// <summary>What happens to one resource in a plan.</summary>
public static class ResourceActions
{
    public const string Create = "create";
    public const string Update = "update";
    public const string Delete = "delete";

    /// <summary>Deleted and created again, because a change cannot be made in place.</summary>
    public const string Replace = "replace";

    /// <summary>Adopted: it exists and equals the configuration, so it is read into the state and left untouched.</summary>
    public const string Read = "read";

    public const string NoOp = "noop";
}
