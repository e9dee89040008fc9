using System.Diagnostics.CodeAnalysis;
using System.Text;
using MySqlConnector.Native;

namespace MySqlConnector.Internal;

/// <summary>How the values of a column are read.</summary>
internal enum ColumnKind
{
    Null,
    Boolean,
    SByte,
    Byte,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Bit,
    Single,
    Double,
    Decimal,
    Date,
    DateTime,
    Time,
    Guid,
    Text,
    Bytes,
}

/// <summary>A column of a result.</summary>
internal sealed record Column(string Name, string Table, ColumnKind Kind, string TypeName)
{
    // https://mariadb.com/kb/en/result-set-packets/#field-types, #field-details-flag
    private const uint UnsignedFlag = 32;
    private const uint EnumFlag = 256;
    private const uint SetFlag = 2048;
    private const uint BinaryCharacterSet = 63;

    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.PublicProperties)]
    public Type ClrType => Kind switch
    {
        ColumnKind.Boolean => typeof(bool),
        ColumnKind.SByte => typeof(sbyte),
        ColumnKind.Byte => typeof(byte),
        ColumnKind.Int16 => typeof(short),
        ColumnKind.UInt16 => typeof(ushort),
        ColumnKind.Int32 => typeof(int),
        ColumnKind.UInt32 => typeof(uint),
        ColumnKind.Int64 => typeof(long),
        ColumnKind.UInt64 or ColumnKind.Bit => typeof(ulong),
        ColumnKind.Single => typeof(float),
        ColumnKind.Double => typeof(double),
        ColumnKind.Decimal => typeof(decimal),
        ColumnKind.Date or ColumnKind.DateTime => typeof(DateTime),
        ColumnKind.Time => typeof(TimeSpan),
        ColumnKind.Guid => typeof(Guid),
        ColumnKind.Text => typeof(string),
        ColumnKind.Bytes => typeof(byte[]),
        _ => typeof(object),
    };

    /// <summary>The columns of a result or of a statement's metadata.</summary>
    public static unsafe IReadOnlyList<Column> Read(nint result, int count, SessionOptions options)
    {
        var fields = MariaDbApi.Fields(result);
        var columns = new Column[count];
        for (var i = 0; i < count; i++)
        {
            columns[i] = From(in fields[i], options);
        }

        return columns;
    }

    private static unsafe Column From(in NativeField field, SessionOptions options)
    {
        var name = Encoding.UTF8.GetString(field.Name, (int)field.NameLength);
        var table = Encoding.UTF8.GetString(field.Table, (int)field.TableLength);
        var (kind, type) = Classify(field, options);
        return new Column(name, table, kind, type);
    }

    private static (ColumnKind Kind, string TypeName) Classify(in NativeField field, SessionOptions options)
    {
        var unsigned = (field.Flags & UnsignedFlag) != 0;
        var binary = field.CharacterSet == BinaryCharacterSet;
        var length = (long)field.Length.Value;
        return field.Type switch
        {
            0 or 246 => (ColumnKind.Decimal, "DECIMAL"),
            1 when length == 1 && !unsigned && options.TreatTinyAsBoolean => (ColumnKind.Boolean, "BOOL"),
            1 => (unsigned ? ColumnKind.Byte : ColumnKind.SByte, "TINYINT"),
            2 => (unsigned ? ColumnKind.UInt16 : ColumnKind.Int16, "SMALLINT"),
            3 => (unsigned ? ColumnKind.UInt32 : ColumnKind.Int32, "INT"),
            4 => (ColumnKind.Single, "FLOAT"),
            5 => (ColumnKind.Double, "DOUBLE"),
            6 => (ColumnKind.Null, "NULL"),
            7 => (ColumnKind.DateTime, "TIMESTAMP"),
            8 => (unsigned ? ColumnKind.UInt64 : ColumnKind.Int64, "BIGINT"),
            9 => (unsigned ? ColumnKind.UInt32 : ColumnKind.Int32, "MEDIUMINT"),
            10 or 14 => (ColumnKind.Date, "DATE"),
            11 => (ColumnKind.Time, "TIME"),
            12 => (ColumnKind.DateTime, "DATETIME"),
            13 => (ColumnKind.Int32, "YEAR"),
            16 => (ColumnKind.Bit, "BIT"),
            245 => (ColumnKind.Text, "JSON"),
            255 => (ColumnKind.Bytes, "GEOMETRY"),
            _ when (field.Flags & EnumFlag) != 0 => (ColumnKind.Text, "ENUM"),
            _ when (field.Flags & SetFlag) != 0 => (ColumnKind.Text, "SET"),

            // The length is one of bytes; connections speak utf8mb4, four to a character.
            254 when !binary && length == 36 * 4 && options.GuidFormat != MySqlGuidFormat.None => (ColumnKind.Guid, "CHAR"),
            254 => binary ? (ColumnKind.Bytes, "BINARY") : (ColumnKind.Text, "CHAR"),
            >= 249 and <= 252 => binary ? (ColumnKind.Bytes, "BLOB") : (ColumnKind.Text, "TEXT"),
            _ => binary ? (ColumnKind.Bytes, "VARBINARY") : (ColumnKind.Text, "VARCHAR"),
        };
    }
}
