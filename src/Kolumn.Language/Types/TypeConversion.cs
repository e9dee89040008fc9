namespace Kolumn.Language;

/// <summary>Turns values into what a type asks for, and says where they do not fit.</summary>
public static class TypeConversion
{
    /// <summary>
    /// The value as the type wants it: text, numbers and bools into each other, lists into sets, attributes left out filled with their
    /// defaults, attributes the type does not have dropped (with a warning when one was probably mistyped). Null values and unknown ones
    /// fit every type. Answers null after reporting every place that does not fit.
    /// </summary>
    /// <param name="value">What is to be converted.</param>
    /// <param name="type">What is wanted.</param>
    /// <param name="name">What messages call the value, e.g. <c>var.tables</c>; they append the path within it.</param>
    /// <param name="subject">The place to report.</param>
    /// <param name="diagnostics">Where to report.</param>
    public static Value? Convert(Value value, TypeConstraint type, string name, SourceRange subject, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(diagnostics);
        return new Run(subject, diagnostics).Convert(value, type, name);
    }

    private sealed class Run(SourceRange subject, DiagnosticBag diagnostics)
    {
        public Value? Convert(Value value, TypeConstraint type, string path)
        {
            if (value.IsNull || value.IsUnknown)
            {
                return value;
            }

            var converted = type switch
            {
                PrimitiveType { Kind: ValueKind.String } => Conversions.ToText(value) ?? Wrong(value, type, path),
                PrimitiveType { Kind: ValueKind.Number } => Conversions.ToNumber(value) ?? Wrong(value, type, path),
                PrimitiveType => Conversions.ToBool(value) ?? Wrong(value, type, path),
                SequenceType sequence => value.IsSequence ? ConvertSequence(value, sequence, path) : Wrong(value, type, path),
                MapType map => value.Kind == ValueKind.Object ? ConvertMap(value, map, path) : Wrong(value, type, path),
                TupleType tuple => value.IsSequence ? ConvertTuple(value, tuple, path) : Wrong(value, type, path),
                ObjectType obj => value.Kind == ValueKind.Object ? ConvertObject(value, obj, path) : Wrong(value, type, path),
                _ => value,
            };
            return converted?.SensitiveIf(value.IsSensitive);
        }

        private Value? ConvertSequence(Value value, SequenceType type, string path)
        {
            var elements = value.Elements.Select((element, i) => Convert(element, type.Element, $"{path}[{i}]")).ToList();
            return elements.Contains(null) ? null
                : type.IsSet ? Value.Set(elements.OfType<Value>())
                : Value.List(elements.OfType<Value>());
        }

        private Value? ConvertTuple(Value value, TupleType type, string path)
        {
            if (value.Elements.Length != type.Elements.Length)
            {
                return Report(LanguageSeverity.Error, $"{path} must have exactly {type.Elements.Length} elements, and it has {value.Elements.Length}.");
            }

            var elements = value.Elements.Select((element, i) => Convert(element, type.Elements[i], $"{path}[{i}]")).ToList();
            return elements.Contains(null) ? null : Value.List(elements.OfType<Value>());
        }

        private Value? ConvertMap(Value value, MapType type, string path)
        {
            var members = value.Members.Select(m => (m.Key, Value: Convert(m.Value, type.Element, value.IsSensitive ? $"{path}[(sensitive)]" : PathOf(path, m.Key)))).ToList();
            return members.Exists(m => m.Value is null)
                ? null
                : Value.Object(members.Select(m => new KeyValuePair<string, Value>(m.Key, m.Value!)));
        }

        private Value? ConvertObject(Value value, ObjectType type, string path)
        {
            var attributes = type.Attributes.ToDictionary(a => a.Name, StringComparer.Ordinal);
            var members = new List<KeyValuePair<string, Value>>();
            var isValid = true;
            foreach (var (name, member) in value.Members)
            {
                if (!attributes.TryGetValue(name, out var attribute))
                {
                    WarnIfMistyped(value, type, path, name);
                    continue;
                }

                var given = member.IsNull && attribute.IsOptional ? attribute.Default.SensitiveIf(member.IsSensitive) : member;
                var converted = Convert(given, attribute.Type, PathOf(path, name));
                isValid &= converted is not null;
                members.Add(new KeyValuePair<string, Value>(name, converted ?? Value.Unknown));
            }

            foreach (var missing in type.Attributes.Where(a => !value.TryGetMember(a.Name, out _)))
            {
                if (missing.IsOptional)
                {
                    members.Add(new KeyValuePair<string, Value>(missing.Name, missing.Default));
                    continue;
                }

                isValid = false;
                var extra = value.Members.Select(m => m.Key).Where(k => !attributes.ContainsKey(k));
                var near = DidYouMean.Find(missing.Name, extra) is { } found ? $" It has \"{found}\", which is probably meant." : "";
                Report(LanguageSeverity.Error, $"{path} needs the attribute \"{missing.Name}\" ({missing.Type}).{near}");
            }

            return isValid ? Value.Object(members) : null;
        }

        private void WarnIfMistyped(Value value, ObjectType type, string path, string name)
        {
            var unset = type.Attributes.Where(a => a.IsOptional && !value.TryGetMember(a.Name, out _)).Select(a => a.Name);
            if (DidYouMean.Find(name, unset) is { } found)
            {
                Report(LanguageSeverity.Warning, $"{path} has an attribute \"{name}\", which the type does not know and which is left out. Did you mean \"{found}\"?");
            }
        }

        private Value? Wrong(Value value, TypeConstraint type, string path) =>
            Report(LanguageSeverity.Error, $"{path} must be {type}, and it is {value.Describe()}.");

        private Value? Report(LanguageSeverity severity, string detail)
        {
            diagnostics.Add(new LanguageDiagnostic(severity, LanguageCodes.WrongType, "Wrong type", detail, subject));
            return null;
        }

        private static string PathOf(string path, string name) => Identifiers.IsValid(name) ? $"{path}.{name}" : $"{path}[{ValueText.Quote(name)}]";
    }
}
