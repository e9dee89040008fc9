namespace Kolumn.Language;

/// <summary>The conversions that happen by themselves: text, numbers and bools turn into each other where the meaning is unambiguous.</summary>
public static class Conversions
{
    /// <summary>
    /// As a string: strings as they are, numbers in decimal notation, bools as true and false. Null when the value has no such form;
    /// null and unknown values stay what they are. The sensitive mark stays.
    /// </summary>
    public static Value? ToText(Value value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Kind switch
        {
            ValueKind.String or ValueKind.Null or ValueKind.Unknown => value,
            ValueKind.Number => Value.Of(value.AsNumber().ToString()).SensitiveIf(value.IsSensitive),
            ValueKind.Bool => Value.Of(value.AsBool() ? "true" : "false").SensitiveIf(value.IsSensitive),
            _ => null,
        };
    }

    /// <summary>As a number: numbers as they are, strings that hold one. Otherwise as <see cref="ToText"/>.</summary>
    public static Value? ToNumber(Value value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Kind switch
        {
            ValueKind.Number or ValueKind.Null or ValueKind.Unknown => value,
            ValueKind.String when Number.Parse(value.AsString()) is { } number => Value.Of(number).SensitiveIf(value.IsSensitive),
            _ => null,
        };
    }

    /// <summary>As a bool: bools as they are, the strings "true" and "false". Otherwise as <see cref="ToText"/>.</summary>
    public static Value? ToBool(Value value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Kind switch
        {
            ValueKind.Bool or ValueKind.Null or ValueKind.Unknown => value,
            ValueKind.String when value.AsString() is "true" or "false" => Value.Of(value.AsString() == "true").SensitiveIf(value.IsSensitive),
            _ => null,
        };
    }
}
