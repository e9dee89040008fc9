namespace Kolumn.Language;

/// <summary>The parameters that functions are declared with.</summary>
internal static class Parameters
{
    private static readonly TypeConstraint AnyList = new SequenceType(IsSet: false, TypeConstraint.Any);
    private static readonly TypeConstraint TextListType = new SequenceType(IsSet: false, TypeConstraint.String);
    private static readonly TypeConstraint NumberListType = new SequenceType(IsSet: false, TypeConstraint.Number);
    private static readonly TypeConstraint AnyObject = new MapType(TypeConstraint.Any);

    public static FunctionParameter Text(string name) => new(name, TypeConstraint.String);

    public static FunctionParameter Number(string name) => new(name, TypeConstraint.Number);

    public static FunctionParameter Bool(string name) => new(name, TypeConstraint.Bool);

    /// <summary>Any value, null included.</summary>
    public static FunctionParameter Any(string name) => new(name, TypeConstraint.Any) { AcceptsNull = true };

    /// <summary>A collection or string of which only the shape matters.</summary>
    public static FunctionParameter Shape(string name) => new(name, TypeConstraint.Any) { PassesContent = true };

    /// <summary>A list or set whose elements are compared or otherwise looked into.</summary>
    public static FunctionParameter List(string name) => new(name, AnyList);

    /// <summary>A list or set whose elements are passed on.</summary>
    public static FunctionParameter PassedList(string name) => new(name, AnyList) { PassesContent = true };

    public static FunctionParameter TextList(string name) => new(name, TextListType);

    public static FunctionParameter NumberList(string name) => new(name, NumberListType);

    /// <summary>An object or map whose values are passed on.</summary>
    public static FunctionParameter PassedObject(string name) => new(name, AnyObject) { PassesContent = true };

    public static FunctionParameter Optional(FunctionParameter parameter) => parameter with { IsOptional = true };
}
