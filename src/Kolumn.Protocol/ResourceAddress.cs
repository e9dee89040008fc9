namespace Kolumn.Protocol;

/// <summary>
/// What a resource is called in orders, dependencies and messages: <c>type.name</c>. The name may hold dots and brackets
/// (<c>module.shop.users["eu"]</c>), the type may not, so the first dot divides them.
/// </summary>
/// <param name="Type">The full type, for example <c>postgres_table</c>.</param>
/// <param name="Name">The label, with module path and instance key where there are any.</param>
public readonly record struct ResourceAddress(string Type, string Name)
{
    public override string ToString() => $"{Type}.{Name}";

    /// <summary>Of an answer: as it says, else of its type and its name, since the provider specification does not name the member.</summary>
    internal static string Of(string given, string type, string name) => given.Length > 0 || type.Length == 0 ? given : new ResourceAddress(type, name).ToString();

    public static bool TryParse(string text, out ResourceAddress address)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0 || dot == text.Length - 1)
        {
            address = default;
            return false;
        }

        address = new ResourceAddress(text[..dot], text[(dot + 1)..]);
        return true;
    }
}
