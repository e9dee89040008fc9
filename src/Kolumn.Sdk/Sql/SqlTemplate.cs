using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Kolumn.Sdk.Sql;

/// <summary>
/// SQL whose holes are parameters, so that no value ever becomes part of the text: <c>$"SELECT owner FROM {table:name} WHERE id = {id}"</c>.
/// A hole with the format <c>name</c> is an identifier and is quoted (<see cref="SqlIdentifier.Quote(string)"/>).
/// </summary>
[InterpolatedStringHandler]
public sealed class SqlTemplate
{
    private readonly StringBuilder _text;
    private readonly List<object?> _values;

    /// <remarks>Called by the compiler.</remarks>
    public SqlTemplate(int literalLength, int formattedCount)
    {
        _text = new StringBuilder(literalLength + (4 * formattedCount));
        _values = new List<object?>(formattedCount);
    }

    /// <summary>The statement with <c>@p1</c>, <c>@p2</c> … in its holes.</summary>
    public string Text => _text.ToString();

    /// <summary>The values of <c>@p1</c>, <c>@p2</c> …</summary>
    public IReadOnlyList<object?> Values => _values;

    public void AppendLiteral(string value) => _text.Append(value);

    public void AppendFormatted(object? value)
    {
        _values.Add(value);
        _text.Append(CultureInfo.InvariantCulture, $"@p{_values.Count}");
    }

    /// <exception cref="ArgumentException">Another format than <c>name</c>, or a name that no quoting can express.</exception>
    public void AppendFormatted(string value, string? format)
    {
        if (format != "name")
        {
            throw new ArgumentException($"A hole is a parameter, or an identifier with the format \"name\"; \"{format}\" is neither.", nameof(format));
        }

        _text.Append(SqlIdentifier.Quote(value));
    }

    public override string ToString() => Text;
}
