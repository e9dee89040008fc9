using System.Runtime.InteropServices;

namespace Kolumn.MongoDb.Internal;

/// <summary>The functions of libmongoc and libbson that are used: https://mongoc.org/libmongoc/current/api.html.</summary>
internal static unsafe partial class NativeMethods
{
    /// <summary>bson_t: this many bytes, aligned to as many.</summary>
    public const int BsonSize = 128;

    private const string Mongoc = NativeLibraries.Mongoc;
    private const string Bson = NativeLibraries.Bson;

    [LibraryImport(Mongoc, EntryPoint = "mongoc_init")]
    public static partial void Initialize();

    [LibraryImport(Mongoc, EntryPoint = "mongoc_log_set_handler")]
    public static partial void SetLogHandler(delegate* unmanaged[Cdecl]<int, byte*, byte*, void*, void> handler, void* state);

    [LibraryImport(Mongoc, EntryPoint = "mongoc_uri_new_with_error", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint NewUri(string text, NativeError* error);

    [LibraryImport(Mongoc, EntryPoint = "mongoc_uri_destroy")]
    public static partial void DestroyUri(nint uri);

    [LibraryImport(Mongoc, EntryPoint = "mongoc_uri_get_database")]
    public static partial byte* DatabaseOf(nint uri);

    [LibraryImport(Mongoc, EntryPoint = "mongoc_uri_get_option_as_int32", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OptionOf(nint uri, string option, int fallback);

    [LibraryImport(Mongoc, EntryPoint = "mongoc_uri_set_option_as_int32", StringMarshalling = StringMarshalling.Utf8)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool SetOption(nint uri, string option, int value);

    [LibraryImport(Mongoc, EntryPoint = "mongoc_client_pool_new_with_error")]
    public static partial nint NewPool(nint uri, NativeError* error);

    [LibraryImport(Mongoc, EntryPoint = "mongoc_client_pool_destroy")]
    public static partial void DestroyPool(nint pool);

    [LibraryImport(Mongoc, EntryPoint = "mongoc_client_pool_max_size")]
    public static partial void SetMaxSize(nint pool, uint size);

    [LibraryImport(Mongoc, EntryPoint = "mongoc_client_pool_set_error_api")]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool SetErrorApi(nint pool, int version);

    [LibraryImport(Mongoc, EntryPoint = "mongoc_client_pool_set_appname", StringMarshalling = StringMarshalling.Utf8)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool SetApplicationName(nint pool, string name);

    [LibraryImport(Mongoc, EntryPoint = "mongoc_client_pool_pop")]
    public static partial nint Pop(SafePoolHandle pool);

    [LibraryImport(Mongoc, EntryPoint = "mongoc_client_pool_push")]
    public static partial void Push(SafePoolHandle pool, nint client);

    [LibraryImport(Mongoc, EntryPoint = "mongoc_client_start_session")]
    public static partial nint StartSession(nint client, nint options, NativeError* error);

    [LibraryImport(Mongoc, EntryPoint = "mongoc_client_session_destroy")]
    public static partial void DestroySession(nint session);

    [LibraryImport(Mongoc, EntryPoint = "mongoc_client_session_append")]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool AppendSession(nint session, void* options, NativeError* error);

    [LibraryImport(Mongoc, EntryPoint = "mongoc_client_session_get_lsid")]
    public static partial void* SessionId(nint session);

    [LibraryImport(Mongoc, EntryPoint = "mongoc_client_session_start_transaction")]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool StartTransaction(nint session, nint options, NativeError* error);

    [LibraryImport(Mongoc, EntryPoint = "mongoc_client_session_commit_transaction")]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool CommitTransaction(nint session, void* reply, NativeError* error);

    [LibraryImport(Mongoc, EntryPoint = "mongoc_client_session_abort_transaction")]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool AbortTransaction(nint session, NativeError* error);

    [LibraryImport(Mongoc, EntryPoint = "mongoc_client_read_command_with_opts", StringMarshalling = StringMarshalling.Utf8)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool Read(nint client, string database, nint command, nint readPreferences, void* options, void* reply, NativeError* error);

    [LibraryImport(Mongoc, EntryPoint = "mongoc_client_write_command_with_opts", StringMarshalling = StringMarshalling.Utf8)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool Write(nint client, string database, nint command, void* options, void* reply, NativeError* error);

    [LibraryImport(Bson, EntryPoint = "bson_new_from_data")]
    public static partial nint NewBson(byte* data, nuint length);

    [LibraryImport(Bson, EntryPoint = "bson_init")]
    public static partial void InitializeBson(void* bson);

    [LibraryImport(Bson, EntryPoint = "bson_destroy")]
    public static partial void DestroyBson(void* bson);

    [LibraryImport(Bson, EntryPoint = "bson_as_relaxed_extended_json")]
    public static partial byte* ToRelaxedJson(void* bson, nuint* length);

    [LibraryImport(Bson, EntryPoint = "bson_as_canonical_extended_json")]
    public static partial byte* ToCanonicalJson(void* bson, nuint* length);

    [LibraryImport(Bson, EntryPoint = "bson_free")]
    public static partial void Free(void* memory);

    [LibraryImport(Bson, EntryPoint = "bson_decimal128_from_string", StringMarshalling = StringMarshalling.Utf8)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool ParseDecimal(string text, byte* decimal128);
}

/// <summary>bson_error_t. https://mongoc.org/libbson/current/bson_error_t.html</summary>
internal unsafe struct NativeError
{
    private const int MessageLength = 504;

    public uint Domain;
    public uint Code;
    public fixed byte Message[MessageLength];

    public readonly string Text
    {
        get
        {
            fixed (byte* message = Message)
            {
                return Marshal.PtrToStringUTF8((nint)message) ?? "";
            }
        }
    }
}

/// <summary>A pool, destroyed once its last user is gone: a client that still waits for a server keeps it.</summary>
internal sealed class SafePoolHandle : SafeHandle
{
    public SafePoolHandle(nint pool)
        : base(0, ownsHandle: true) => SetHandle(pool);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMethods.DestroyPool(handle);
        return true;
    }
}
