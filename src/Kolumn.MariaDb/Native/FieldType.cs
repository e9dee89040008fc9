namespace MySqlConnector.Native;

/// <summary>Those of the library's <c>enum enum_field_types</c> that buffers are declared with.</summary>
internal enum FieldType
{
    Float = 4,
    Double = 5,
    Null = 6,
    LongLong = 8,
    Date = 10,
    Time = 11,
    DateTime = 12,
    NewDecimal = 246,
    Blob = 252,
    VarString = 253,
}
