namespace Kolumn.Language.Internal;

/// <summary>Equality as == means it, where some of the values may not be known yet.</summary>
internal static class ValueEquality
{
    /// <summary>True or false where the known parts decide; null when it depends on what is unknown.</summary>
    public static bool? Compare(Value left, Value right)
    {
        if (!left.ContainsUnknown && !right.ContainsUnknown)
        {
            return left.Equals(right);
        }

        if (left.IsUnknown || right.IsUnknown)
        {
            return null;
        }

        if (left.Kind != right.Kind)
        {
            return false;
        }

        switch (left.Kind)
        {
            case ValueKind.List:
                return left.Elements.Length == right.Elements.Length
                    ? All(left.Elements.Zip(right.Elements, Compare))
                    : false;
            case ValueKind.Object:
                return left.Members.Count == right.Members.Count
                    ? All(left.Members.Select(m => right.TryGetMember(m.Key, out var other) ? Compare(m.Value, other) : false))
                    : false;
            default:
                // Of sets with unknown elements not even the size is known.
                return null;
        }
    }

    private static bool? All(IEnumerable<bool?> results)
    {
        bool? all = true;
        foreach (var result in results)
        {
            if (result == false)
            {
                return false;
            }

            all = result is null ? null : all;
        }

        return all;
    }
}
