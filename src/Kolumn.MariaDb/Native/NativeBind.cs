using System.Runtime.InteropServices;

namespace MySqlConnector.Native;

/// <summary>MYSQL_BIND: where a parameter lies, or a column shall go. https://mariadb.com/kb/en/mysql_bind/</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeBind
{
    public CULong* Length;
    public byte* IsNull;
    public void* Buffer;
    public byte* Error;
    public void* Row;
    public void* StoreParameter;
    public void* FetchResult;
    public void* SkipResult;
    public CULong BufferLength;
    public CULong Offset;
    public CULong LengthValue;
    public uint Flags;
    public uint PackLength;
    public int BufferType;
    public byte ErrorValue;
    public byte IsUnsigned;
    public byte LongDataUsed;
    public byte IsNullValue;
    public void* Extension;
}
