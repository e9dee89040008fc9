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
