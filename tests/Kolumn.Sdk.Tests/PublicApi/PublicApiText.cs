using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Kolumn.Sdk.Tests.PublicApi;

/// <summary>
/// Everything that a user of an assembly can name, in C#, one line each, sorted. What the compiler adds to records and enums is left out: it follows from
/// the line of the type.
/// </summary>
internal static class PublicApiText
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<string> Of(Assembly assembly) =>
    [
        .. assembly.GetExportedTypes().Where(t => !IsDelegate(t) || !t.IsNested)
            .OrderBy(t => t.FullName, StringComparer.Ordinal)
            .SelectMany(t => MembersOf(t).Order(StringComparer.Ordinal).Select(m => $"    {m}").Prepend(Head(t))),
    ];

    private static string Head(Type type)
    {
        var name = $"{type.Namespace}.{TypeName.Declared(type)}";
        if (IsDelegate(type))
        {
            return $"public delegate {Signature(type.GetMethod("Invoke")!, name)}";
        }

        var isRecord = type.GetMethod("<Clone>$") is not null;
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct"
            : type is { IsAbstract: true, IsSealed: true } ? "static class"
            : $"{(type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "")}{(isRecord ? "record" : "class")}";
        var inherited = type.IsEnum || type.IsValueType ? [] : type.BaseType?.GetInterfaces() ?? [];
        var bases = (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum) ? [TypeName.Of(parent)] : Array.Empty<string>())
            .Concat(type.IsEnum ? [] : type.GetInterfaces().Except(inherited).Except(type.GetInterfaces().SelectMany(i => i.GetInterfaces()))
                .Where(i => !isRecord || !i.IsGenericType || i.GetGenericTypeDefinition() != typeof(IEquatable<>)).Select(TypeName.Of).Order(StringComparer.Ordinal));
        var list = string.Join(", ", bases);
        return $"public {kind} {name}{(list.Length > 0 ? $" : {list}" : "")}{TypeName.Constraints(type.GetGenericArguments())}";
    }

    private static IEnumerable<string> MembersOf(Type type)
    {
        if (IsDelegate(type))
        {
            return [];
        }

        return type.GetMembers(Declared).Where(m => !IsMade(m)).Select(m => m switch
        {
            FieldInfo field when IsSeen(field) => type.IsEnum
                ? field.IsLiteral ? $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}" : null
                : $"{Access(field.IsPublic)} {(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{TypeName.Of(field)} {field.Name}{(field.IsLiteral ? $" = {Literal(field.GetRawConstantValue())}" : "")}",
            PropertyInfo property when property.GetAccessors(true).Any(IsSeen) => Property(property),
            EventInfo happening when IsSeen(happening.AddMethod!) => $"{Access(happening.AddMethod!.IsPublic)} {Modifiers(happening.AddMethod!)}event {TypeName.Of(happening.EventHandlerType!)} {happening.Name}",
            ConstructorInfo constructor when IsSeen(constructor) => $"{Access(constructor.IsPublic)} {Plain(type.Name)}({Parameters(constructor)})",
            MethodInfo method when IsSeen(method) && !method.IsSpecialName => $"{Access(method.IsPublic)} {Modifiers(method)}{Signature(method, method.Name)}",
            MethodInfo method when IsSeen(method) && method.Name.StartsWith("op_", StringComparison.Ordinal) => $"public static {Signature(method, method.Name)}",
            _ => null,
        }).OfType<string>();
    }

    private static string Property(PropertyInfo property)
    {
        var accessors = property.GetAccessors(true).Where(IsSeen).ToList();
        var required = property.GetCustomAttribute<RequiredMemberAttribute>() is null ? "" : "required ";
        var index = property.GetIndexParameters() is { Length: > 0 } ? $"this[{string.Join(", ", property.GetIndexParameters().Select(p => $"{TypeName.Of(p)} {p.Name}"))}]" : property.Name;
        var get = property.GetMethod is { } getter && IsSeen(getter) ? "get; " : "";
        var set = property.SetMethod is { } setter && IsSeen(setter) ? setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init; " : "set; " : "";
        return $"{Access(accessors.Exists(a => a.IsPublic))} {required}{Modifiers(accessors[0])}{TypeName.Of(property)} {index} {{ {get}{set}}}";
    }

    private static string Signature(MethodInfo method, string name) =>
        $"{TypeName.Of(method.ReturnParameter)} {name}{(method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "")}({Parameters(method)}){TypeName.Constraints(method.GetGenericArguments())}";

    private static string Parameters(MethodBase method)
    {
        var extends = method.IsDefined(typeof(ExtensionAttribute), false) ? "this " : "";
        return extends + string.Join(", ", method.GetParameters().Select(p =>
            $"{(p.IsDefined(typeof(ParamArrayAttribute), false) ? "params " : p.IsOut ? "out " : p.ParameterType.IsByRef ? p.IsIn ? "in " : "ref " : "")}{TypeName.Of(p)} {p.Name}{(p.HasDefaultValue ? $" = {Literal(p.RawDefaultValue)}" : "")}"));
    }

    // A member of an interface that is not virtual here has no body: whoever implements the interface has to write it.
    private static string Modifiers(MethodInfo method) =>
        method.DeclaringType!.IsInterface ? method.IsStatic ? "static " : method.IsAbstract ? "" : "virtual "
        : method.IsStatic ? "static "
        : method.IsAbstract ? "abstract "
        : method.GetBaseDefinition() != method ? "override "
        : method is { IsVirtual: true, IsFinal: false } ? "virtual "
        : "";

    private static string Literal(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <summary>The equality, printing and copying of records; what begins with an angle bracket nobody can name.</summary>
    private static bool IsMade(MemberInfo member) => member.Name.StartsWith('<') || member.Name == "EqualityContract"
        || (member is MethodBase and not ConstructorInfo && member.IsDefined(typeof(CompilerGeneratedAttribute), false) && member.Name is not "Deconstruct");

    private static bool IsSeen(MethodBase method) => method.IsPublic || (IsOpen(method) && (method.IsFamily || method.IsFamilyOrAssembly));

    private static bool IsSeen(FieldInfo field) => field.IsPublic || (!field.DeclaringType!.IsSealed && (field.IsFamily || field.IsFamilyOrAssembly));

    // What is protected can be named where somebody can derive: not from sealed classes, and not from records that are only copied.
    private static bool IsOpen(MethodBase method) => !method.DeclaringType!.IsSealed && !(method is ConstructorInfo && method.IsDefined(typeof(CompilerGeneratedAttribute), false));

    private static bool IsDelegate(Type type) => type.BaseType == typeof(MulticastDelegate);

    private static string Access(bool isPublic) => isPublic ? "public" : "protected";

    private static string Plain(string name) => name.Split('`')[0];
}
