using System.Runtime.InteropServices;
using Kolumn.Servers;

namespace Kolumn.Build;

/// <summary>The system's SQLite library, which the provider uses: present almost everywhere, installed where it is not and can be.</summary>
internal static partial class SqliteLibrary
{
    private const string Import = "kolumn-sqlite3";

    static SqliteLibrary() => NativeLibrary.SetDllImportResolver(
        typeof(SqliteLibrary).Assembly, (name, _, _) => name == Import ? NativeLibrary.Load(Name) : IntPtr.Zero);

    private static string Name =>
        OperatingSystem.IsWindows() ? "winsqlite3.dll" : OperatingSystem.IsMacOS() ? "libsqlite3.dylib" : "libsqlite3.so.0";

    /// <summary>What was found or done, for people.</summary>
    /// <exception cref="BuildFailedException">There is none and it could not be installed.</exception>
    public static async Task<string> EnsureAsync(CancellationToken cancellationToken)
    {
        if (NativeLibrary.TryLoad(Name, out _))
        {
            return $"the system's {Name}";
        }

        var refusal = await DebianPackages.InstallAsync(["libsqlite3-0"], cancellationToken);
        return refusal is null
            ? $"{Name}, installed from Debian's package"
            : throw new BuildFailedException($"the system has no {Name}. Install SQLite (Debian: apt-get install libsqlite3-0). Tried: {refusal}");
    }

    /// <summary>Runs statements on a database file as somebody else would, with nothing of Kolumn in between.</summary>
    /// <exception cref="BuildFailedException">SQLite refused.</exception>
    public static void Execute(string database, string sql)
    {
        const int ok = 0;
        if (Open(database, out var connection) != ok)
        {
            throw new BuildFailedException($"{database} could not be opened.");
        }

        try
        {
            if (Run(connection, sql, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero) != ok)
            {
                throw new BuildFailedException($"SQLite refused: {Marshal.PtrToStringUTF8(ErrorMessage(connection))}");
            }
        }
        finally
        {
            _ = Close(connection);
        }
    }

    [LibraryImport(Import, EntryPoint = "sqlite3_open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, out IntPtr connection);

    [LibraryImport(Import, EntryPoint = "sqlite3_exec", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Run(IntPtr connection, string sql, IntPtr callback, IntPtr context, IntPtr error);

    [LibraryImport(Import, EntryPoint = "sqlite3_errmsg")]
    private static partial IntPtr ErrorMessage(IntPtr connection);

    [LibraryImport(Import, EntryPoint = "sqlite3_close")]
    private static partial int Close(IntPtr connection);
}
