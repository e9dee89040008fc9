using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MySqlConnector.Native;

namespace MySqlConnector.Internal;

/// <summary>
/// The buffers into which the library puts a row of a prepared statement. Numbers and dates have one of their own; of everything else it first says
/// how long it is, and then copies it to where it is wanted.
/// </summary>
internal sealed unsafe class ResultBinding
{
    // The largest of what has a buffer is MYSQL_TIME.
    private const int SlotBytes = 48;

    private readonly IReadOnlyList<Column> _columns;

    // Pinned: the library keeps pointers into all of them.
    private readonly NativeBind[] _binds;
    private readonly byte[] _slots;
    private readonly CULong[] _lengths;
    private readonly byte[] _nulls;
    private readonly byte[] _errors;

    public ResultBinding(IReadOnlyList<Column> columns)
    {
        _columns = columns;
        _binds = GC.AllocateArray<NativeBind>(columns.Count, pinned: true);
        _slots = GC.AllocateArray<byte>(columns.Count * SlotBytes, pinned: true);
        _lengths = GC.AllocateArray<CULong>(columns.Count, pinned: true);
        _nulls = GC.AllocateArray<byte>(columns.Count, pinned: true);
        _errors = GC.AllocateArray<byte>(columns.Count, pinned: true);
        for (var i = 0; i < columns.Count; i++)
        {
            var type = TypeFor(columns[i].Kind);
            _binds[i].BufferType = (int)type;
            _binds[i].IsUnsigned = (byte)(columns[i].Kind is ColumnKind.UInt64 ? 1 : 0);
            _binds[i].Length = Pointer(_lengths) + i;
            _binds[i].IsNull = Pointer(_nulls) + i;
            _binds[i].Error = Pointer(_errors) + i;
            _binds[i].Buffer = Pointer(_slots) + (i * SlotBytes);
            _binds[i].BufferLength = new CULong(IsCopied(type) ? 0u : SlotBytes);
        }
    }

    public NativeBind* Binds => Pointer(_binds);

    /// <summary>Adds the row that was fetched.</summary>
    public void CopyRow(nint statement, RowChunk chunk)
    {
        for (var i = 0; i < _columns.Count; i++)
        {
            if (_nulls[i] != 0)
            {
                chunk.AddNull();
                continue;
            }

            var slot = _slots.AsSpan(i * SlotBytes, SlotBytes);
            switch ((FieldType)_binds[i].BufferType)
            {
                case FieldType.LongLong or FieldType.Double:
                    chunk.Add(slot[..8]);
                    break;
                case FieldType.Float:
                    chunk.Add(slot[..4]);
                    break;
                case FieldType.Date or FieldType.DateTime or FieldType.Time:
                    var value = MemoryMarshal.Read<NativeTime>(slot).ToTemporal();
                    MemoryMarshal.Write(chunk.Add(Unsafe.SizeOf<Temporal>()), in value);
                    break;
                default:
                    CopyColumn(statement, i, chunk.Add(checked((int)_lengths[i].Value)));
                    break;
            }
        }
    }

    private void CopyColumn(nint statement, int column, Span<byte> target)
    {
        if (target.IsEmpty)
        {
            return;
        }

        CULong length = default;
        byte isNull = 0;
        byte error = 0;
        fixed (byte* buffer = target)
        {
            var bind = _binds[column];
            bind.Buffer = buffer;
            bind.BufferLength = new CULong((nuint)target.Length);
            bind.Length = &length;
            bind.IsNull = &isNull;
            bind.Error = &error;
            _ = MariaDbApi.FetchColumn(statement, &bind, (uint)column, default);
        }
    }

    private static bool IsCopied(FieldType type) => type is FieldType.Blob or FieldType.VarString;

    private static FieldType TypeFor(ColumnKind kind) => kind switch
    {
        ColumnKind.Bit => FieldType.Blob,
        >= ColumnKind.Boolean and <= ColumnKind.UInt64 => FieldType.LongLong,
        ColumnKind.Single => FieldType.Float,
        ColumnKind.Double => FieldType.Double,
        ColumnKind.Date => FieldType.Date,
        ColumnKind.DateTime => FieldType.DateTime,
        ColumnKind.Time => FieldType.Time,
        ColumnKind.Bytes => FieldType.Blob,
        _ => FieldType.VarString,
    };

    private static T* Pointer<T>(T[] pinned)
        where T : unmanaged => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));
}
