using System.Globalization;
using System.Text;

namespace Kolumn.Language;

/// <summary>Writes values and strings in the notation of the language.</summary>
public static class ValueText
{
    /// <summary>
    /// The value on one line: <c>{ name = "a", size = [1, 2] }</c>. Sensitive parts become <c>(sensitive value)</c>, unknown ones
    /// <c>(known after apply)</c>.
    /// </summary>
    public static string Write(Value value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var text = new StringBuilder();
        Write(text, value);
        return text.ToString();
    }

    /// <summary>The string in quotes with everything escaped that would end or change it.</summary>
    public static string Quote(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            _ = c switch
            {
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '$' or '%' when i + 1 < text.Length && text[i + 1] == '{' => quoted.Append(c, 2),
                _ when char.IsControl(c) => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    private static void Write(StringBuilder text, Value value)
    {
        switch (value)
        {
            case { IsSensitive: true }:
                text.Append("(sensitive value)");
                break;
            case { Kind: ValueKind.Null }:
                text.Append("null");
                break;
            case { Kind: ValueKind.Bool }:
                text.Append(value.AsBool() ? "true" : "false");
                break;
            case { Kind: ValueKind.Number }:
                text.Append(value.AsNumber().ToString());
                break;
            case { Kind: ValueKind.String }:
                text.Append(Quote(value.AsString()));
                break;
            case { IsSequence: true }:
                text.Append('[');
                for (var i = 0; i < value.Elements.Length; i++)
                {
                    text.Append(i > 0 ? ", " : "");
                    Write(text, value.Elements[i]);
                }

                text.Append(']');
                break;
            case { Kind: ValueKind.Object }:
                text.Append('{');
                for (var i = 0; i < value.Members.Count; i++)
                {
                    var (name, member) = value.Members[i];
                    text.Append(i > 0 ? ", " : " ").Append(Identifiers.IsValid(name) ? name : Quote(name)).Append(" = ");
                    Write(text, member);
                }

                text.Append(value.Members.Count > 0 ? " }" : "}");
                break;
            default:
                text.Append("(known after apply)");
                break;
        }
    }
}
