using System.Collections;
using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using MySqlConnector.Internal;

namespace MySqlConnector;

/// <summary>
/// The rows of a command's results. They are fetched in portions, so that reading a row rarely has to wait and a large result
/// needs little memory. Results without columns are passed over.
/// </summary>
public sealed class MySqlDataReader : DbDataReader
{
    private readonly CommandRun _run;
    private readonly CommandBehavior _behavior;
    private int _row = -1;
    private bool _closed;
    private bool _hasRows;

    internal MySqlDataReader(CommandRun run, CommandBehavior behavior)
    {
        _run = run;
        _behavior = behavior;
        _hasRows = Rows?.Rows > 0;
    }

    public override bool HasRows => _hasRows;

    public override int FieldCount => Cursor.Current?.Columns.Count ?? 0;

    public override bool IsClosed => _closed;

    /// <summary>Rows that the statements so far have changed; -1 when none changes rows.</summary>
    public override int RecordsAffected => (int)(Cursor.Current?.RecordsAffected ?? Cursor.RecordsAffected);

    public override int Depth => 0;

    private Cursor Cursor => _run.Cursor;

    private RowChunk? Rows => Cursor.Current?.Rows;

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => GetValue(GetOrdinal(name));

    public override bool Read() => ReadAsync(CancellationToken.None).GetAwaiter().GetResult();

    public override Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<bool>(cancellationToken);
        }

        ObjectDisposedException.ThrowIf(_closed, this);
        if (Rows is not { } rows)
        {
            return Task.FromResult(false);
        }

        if (_row + 1 < rows.Rows)
        {
            _row++;
            return Task.FromResult(true);
        }

        if (!rows.IsLast)
        {
            return ReadMoreAsync(cancellationToken);
        }

        _row = rows.Rows;
        return Task.FromResult(false);
    }

    public override bool NextResult() => NextResultAsync(CancellationToken.None).GetAwaiter().GetResult();

    public override async Task<bool> NextResultAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (Cursor.Current is null)
        {
            return false;
        }

        cancellationToken.ThrowIfCancellationRequested();
        _row = -1;
        if (!Cursor.TryMoveNext())
        {
            await _run.RunAsync((cursor, session) => cursor.MoveNext(session), cancellationToken);
        }

        _hasRows = Rows?.Rows > 0;
        return Cursor.Current is not null;
    }

    public override bool IsDBNull(int ordinal)
    {
        Check(ordinal);
        return Rows!.IsNull(_row, ordinal);
    }

    public override object GetValue(int ordinal) => IsDBNull(ordinal) ? DBNull.Value : Cell(ordinal).Read();

    public override int GetValues(object[] values)
    {
        var count = Math.Min(values.Length, FieldCount);
        for (var i = 0; i < count; i++)
        {
            values[i] = GetValue(i);
        }

        return count;
    }

    public override bool GetBoolean(int ordinal) => Cell(ordinal).Integer() != 0;

    public override byte GetByte(int ordinal) => checked((byte)Cell(ordinal).Integer());

    public override short GetInt16(int ordinal) => checked((short)Cell(ordinal).Integer());

    public override int GetInt32(int ordinal) => checked((int)Cell(ordinal).Integer());

    public override long GetInt64(int ordinal) => Cell(ordinal).Integer();

    public sbyte GetSByte(int ordinal) => checked((sbyte)Cell(ordinal).Integer());

    public ushort GetUInt16(int ordinal) => checked((ushort)Cell(ordinal).Unsigned());

    public uint GetUInt32(int ordinal) => checked((uint)Cell(ordinal).Unsigned());

    public ulong GetUInt64(int ordinal) => Cell(ordinal).Unsigned();

    public override float GetFloat(int ordinal) => (float)Cell(ordinal).Floating();

    public override double GetDouble(int ordinal) => Cell(ordinal).Floating();

    public override decimal GetDecimal(int ordinal) => Cell(ordinal).Decimal();

    public MySqlDecimal GetMySqlDecimal(int ordinal) => Cell(ordinal).ExactDecimal();

    public override DateTime GetDateTime(int ordinal) => Cell(ordinal).DateTime();

    public MySqlDateTime GetMySqlDateTime(int ordinal) => new(Cell(ordinal).Temporal());

    public DateOnly GetDateOnly(int ordinal) => DateOnly.FromDateTime(GetDateTime(ordinal));

    public TimeSpan GetTimeSpan(int ordinal) => Cell(ordinal).Temporal().ToTimeSpan();

    public override Guid GetGuid(int ordinal) => Cell(ordinal).Guid();

    public override string GetString(int ordinal) => Cell(ordinal).Text();

    public override char GetChar(int ordinal) => GetString(ordinal)[0];

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length)
    {
        var bytes = Cell(ordinal).Bytes;
        return buffer is null ? bytes.Length : Copy(bytes, dataOffset, buffer.AsSpan(bufferOffset, length));
    }

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length)
    {
        var text = GetString(ordinal);
        return buffer is null ? text.Length : Copy(text.AsSpan(), dataOffset, buffer.AsSpan(bufferOffset, length));
    }

    public override T GetFieldValue<T>(int ordinal)
    {
        if (IsDBNull(ordinal))
        {
            return default(T) is null && typeof(T) != typeof(object) && Nullable.GetUnderlyingType(typeof(T)) is not null
                ? default!
                : (T)GetValue(ordinal);
        }

        var type = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
        object value =
            type == typeof(int) ? GetInt32(ordinal)
            : type == typeof(long) ? GetInt64(ordinal)
            : type == typeof(short) ? GetInt16(ordinal)
            : type == typeof(sbyte) ? GetSByte(ordinal)
            : type == typeof(byte) ? GetByte(ordinal)
            : type == typeof(uint) ? GetUInt32(ordinal)
            : type == typeof(ulong) ? GetUInt64(ordinal)
            : type == typeof(ushort) ? GetUInt16(ordinal)
            : type == typeof(bool) ? GetBoolean(ordinal)
            : type == typeof(float) ? GetFloat(ordinal)
            : type == typeof(double) ? GetDouble(ordinal)
            : type == typeof(decimal) ? GetDecimal(ordinal)
            : type == typeof(MySqlDecimal) ? GetMySqlDecimal(ordinal)
            : type == typeof(MySqlDateTime) ? GetMySqlDateTime(ordinal)
            : type == typeof(DateOnly) ? GetDateOnly(ordinal)
            : type == typeof(TimeOnly) ? TimeOnly.FromTimeSpan(GetTimeSpan(ordinal))
            : type == typeof(DateTimeOffset) ? new DateTimeOffset(GetDateTime(ordinal), TimeSpan.Zero)
            : GetValue(ordinal);
        return (T)value;
    }

    public override string GetName(int ordinal) => Column(ordinal).Name;

    public override int GetOrdinal(string name)
    {
        for (var i = 0; i < FieldCount; i++)
        {
            if (string.Equals(Cursor.Current!.Columns[i].Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        throw new IndexOutOfRangeException($"The result has no column {name}.");
    }

    public override string GetDataTypeName(int ordinal) => Column(ordinal).TypeName;

    [return: DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.PublicProperties)]
    public override Type GetFieldType(int ordinal) => Column(ordinal).ClrType;

    public override IEnumerator GetEnumerator() => new DbEnumerator(this, closeReader: false);

    public override void Close() => CloseAsync().GetAwaiter().GetResult();

    /// <summary>What has not been sent of a batch is not sent any more; what was sent is read to its end and forgotten.</summary>
    public override async Task CloseAsync()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        try
        {
            if (Cursor.Current is not null && _run.Connection.State == ConnectionState.Open)
            {
                await _run.RunAsync((cursor, session) => cursor.Leave(session), CancellationToken.None);
            }
        }
        finally
        {
            _run.Connection.Reader = null;
        }

        if (_behavior.HasFlag(CommandBehavior.CloseConnection))
        {
            await _run.Connection.CloseAsync();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close();
        }

        base.Dispose(disposing);
    }

    private async Task<bool> ReadMoreAsync(CancellationToken cancellationToken)
    {
        await _run.RunAsync((cursor, session) => cursor.MoveToRows(session), cancellationToken);
        _row = 0;
        return Rows!.Rows > 0;
    }

    private Cell Cell(int ordinal)
    {
        Check(ordinal);
        var result = Cursor.Current!;
        return result.Rows.IsNull(_row, ordinal)
            ? throw new InvalidCastException($"Column {GetName(ordinal)} is NULL.")
            : new Cell(result.Columns[ordinal], result.Rows.Value(_row, ordinal), result.IsBinary, _run.Connection.Options);
    }

    private Column Column(int ordinal) =>
        ordinal >= 0 && ordinal < FieldCount ? Cursor.Current!.Columns[ordinal] : throw new IndexOutOfRangeException($"The result has {FieldCount} columns; {ordinal} is not one of them.");

    private void Check(int ordinal)
    {
        _ = Column(ordinal);
        if (_row < 0 || _row >= Rows!.Rows)
        {
            throw new InvalidOperationException("Read must be called first, and say that there is a row.");
        }
    }

    private static int Copy<T>(ReadOnlySpan<T> from, long offset, Span<T> to)
    {
        var rest = offset >= from.Length ? [] : from[(int)offset..];
        rest = rest.Length > to.Length ? rest[..to.Length] : rest;
        rest.CopyTo(to);
        return rest.Length;
    }
}
