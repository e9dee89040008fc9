namespace Kolumn.StartupProfile;

/// <summary>
/// A type as the JIT names it: <c>System.ValueTuple`2[int,System.__Canon]</c>, <c>A`1+B`1[X,Y]</c>, <c>char[]</c>. The
/// arguments of an outer type come first, as in metadata.
/// </summary>
/// <param name="Name">Namespace and name, nested types behind a plus; a C# keyword for a primitive type.</param>
/// <param name="Arguments">Empty for what is not generic.</param>
/// <param name="IsArray">One-dimensional, of the type named.</param>
internal sealed record TypeName(string Name, IReadOnlyList<TypeName> Arguments, bool IsArray)
{
    /// <param name="text">Read from <paramref name="position"/>, which stands behind the type afterwards.</param>
    /// <returns>null for what is no such name.</returns>
    public static TypeName? TryParse(string text, ref int position)
    {
        var start = position;
        while (position < text.Length && text[position] is not ('[' or ']' or ',' or ':'))
        {
            position++;
        }

        var name = text[start..position];
        var arguments = new List<TypeName>();
        if (IsAt(text, position, '[') && !IsAt(text, position + 1, ']'))
        {
            do
            {
                position++;
                if (TryParse(text, ref position) is not { } argument)
                {
                    return null;
                }

                arguments.Add(argument);
            }
            while (IsAt(text, position, ','));
            if (!IsAt(text, position++, ']'))
            {
                return null;
            }
        }

        var isArray = IsAt(text, position, '[') && IsAt(text, position + 1, ']');
        position += isArray ? 2 : 0;
        return name.Length == 0 ? null : new TypeName(name, arguments, isArray);
    }

    private static bool IsAt(string text, int position, char expected) => position < text.Length && text[position] == expected;
}

/// <summary>A method as the JIT names it, without its parameters: <c>Type:Method[int]</c>.</summary>
internal sealed record MethodName(TypeName Type, string Name, IReadOnlyList<TypeName> Arguments)
{
    /// <returns>null for what is no such name.</returns>
    public static MethodName? TryParse(string line)
    {
        var position = 0;
        if (TypeName.TryParse(line, ref position) is not { } type || position >= line.Length || line[position++] != ':')
        {
            return null;
        }

        var end = line.IndexOf('[', position);
        var name = end < 0 ? line[position..] : line[position..end];
        if (end < 0)
        {
            return new MethodName(type, name, []);
        }

        // The arguments read like those of a type.
        var (arguments, start) = ("?" + line[end..], 0);
        return TypeName.TryParse(arguments, ref start) is { } generic ? new MethodName(type, name, generic.Arguments) : null;
    }
}
