namespace Kolumn.Language;

/// <summary>The stable codes of the diagnostics this project reports. docs/language.md says what each means.</summary>
public static class LanguageCodes
{
    public const string FileTooLarge = "FILE_TOO_LARGE";
    public const string NotText = "NOT_TEXT";
    public const string InvalidCharacter = "INVALID_CHARACTER";
    public const string InvalidEscape = "INVALID_ESCAPE";
    public const string InvalidNumber = "INVALID_NUMBER";
    public const string UnclosedComment = "UNCLOSED_COMMENT";
    public const string UnclosedString = "UNCLOSED_STRING";
    public const string UnclosedHeredoc = "UNCLOSED_HEREDOC";
    public const string UnclosedInterpolation = "UNCLOSED_INTERPOLATION";
    public const string UnclosedBracket = "UNCLOSED_BRACKET";
    public const string UnclosedBlock = "UNCLOSED_BLOCK";
    public const string InvalidDefinition = "INVALID_DEFINITION";
    public const string MissingNewline = "MISSING_NEWLINE";
    public const string InvalidLabel = "INVALID_LABEL";
    public const string InvalidExpression = "INVALID_EXPRESSION";
    public const string InvalidTemplate = "INVALID_TEMPLATE";
    public const string NestedTooDeeply = "NESTED_TOO_DEEPLY";
    public const string DuplicateAttribute = "DUPLICATE_ATTRIBUTE";
    public const string DuplicateKey = "DUPLICATE_KEY";
    public const string TooManyMistakes = "TOO_MANY_MISTAKES";
    public const string UnknownName = "UNKNOWN_NAME";
    public const string UnknownFunction = "UNKNOWN_FUNCTION";
    public const string UnsupportedAttribute = "UNSUPPORTED_ATTRIBUTE";
    public const string InvalidIndex = "INVALID_INDEX";
    public const string InvalidOperand = "INVALID_OPERAND";
    public const string InvalidCondition = "INVALID_CONDITION";
    public const string InvalidTemplateValue = "INVALID_TEMPLATE_VALUE";
    public const string InvalidArgument = "INVALID_ARGUMENT";
    public const string WrongArgumentCount = "WRONG_ARGUMENT_COUNT";
    public const string NotIterable = "NOT_ITERABLE";
    public const string InvalidKey = "INVALID_KEY";
    public const string DivisionByZero = "DIVISION_BY_ZERO";
    public const string NumberOutOfRange = "NUMBER_OUT_OF_RANGE";
    public const string ValueTooLarge = "VALUE_TOO_LARGE";
    public const string InvalidType = "INVALID_TYPE";
    public const string WrongType = "WRONG_TYPE";
}
