using System.Reflection;

namespace Kolumn.Sdk.Tests.PublicApi;

/// <summary>Types as C# writes them, with what may be null.</summary>
internal static class TypeName
{
    private static readonly Dictionary<Type, string> Words = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(char)] = "char",
        [typeof(int)] = "int", [typeof(long)] = "long", [typeof(double)] = "double", [typeof(decimal)] = "decimal", [typeof(uint)] = "uint", [typeof(ulong)] = "ulong", [typeof(short)] = "short",
    };

    private static readonly NullabilityInfoContext Nullability = new();

    public static string Of(ParameterInfo parameter) => Of(Nullability.Create(parameter), n => n.ReadState);

    public static string Of(PropertyInfo property) => Of(Nullability.Create(property), n => property.CanRead ? n.ReadState : n.WriteState);

    public static string Of(FieldInfo field) => Of(Nullability.Create(field), n => n.ReadState);

    public static string Of(Type type) => Of(type, argument: Of);

    /// <summary>Where it is declared: with the types that it is in, and the names of its parameters.</summary>
    public static string Declared(Type type) => $"{(type.DeclaringType is { } outer ? $"{Declared(outer)}." : "")}{Of(type, argument: t => t.Name)}";

    public static string Constraints(IEnumerable<Type> parameters) => string.Concat(parameters.Where(p => p.IsGenericParameter).Select(p =>
    {
        var demands = p.GenericParameterAttributes;
        var list = (demands.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint) ? ["struct"] : demands.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint) ? ["class"] : Array.Empty<string>())
            .Concat(p.GetGenericParameterConstraints().Where(c => c != typeof(ValueType)).Select(Of))
            .Concat(demands.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !demands.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint) ? ["new()"] : []);
        var text = string.Join(", ", list);
        return text.Length == 0 ? "" : $" where {p.Name} : {text}";
    }));

    private static string Of(NullabilityInfo info, Func<NullabilityInfo, NullabilityState> state)
    {
        var type = info.Type.IsByRef ? info.Type.GetElementType()! : info.Type;
        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return $"{Of(value)}?";
        }

        var mayBeNull = !type.IsValueType && state(info) == NullabilityState.Nullable ? "?" : "";
        if (type.IsArray)
        {
            return $"{(info.ElementType is { } element ? Of(element, n => n.ReadState) : Of(type.GetElementType()!))}[]{mayBeNull}";
        }

        var position = 0;
        return Of(type, argument => position < info.GenericTypeArguments.Length ? Of(info.GenericTypeArguments[position++], n => n.ReadState) : Of(argument)) + mayBeNull;
    }

    private static string Of(Type type, Func<Type, string> argument)
    {
        if (Words.TryGetValue(type, out var word))
        {
            return word;
        }

        if (type.IsByRef || type.IsArray)
        {
            return Of(type.GetElementType()!) + (type.IsArray ? "[]" : "");
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return $"{Of(value)}?";
        }

        if (type.IsGenericType && type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) != false && type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal))
        {
            return $"({string.Join(", ", type.GetGenericArguments().Select(argument))})";
        }

        var name = type.Name.Split('`')[0];
        return type.IsGenericType && type.GetGenericArguments().Skip(type.DeclaringType?.GetGenericArguments().Length ?? 0).ToList() is { Count: > 0 } arguments
            ? $"{name}<{string.Join(", ", arguments.Select(argument))}>"
            : name;
    }
}
