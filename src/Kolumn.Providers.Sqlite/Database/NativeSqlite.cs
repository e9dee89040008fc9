using System.Reflection;
using System.Runtime.InteropServices;
using Kolumn.Protocol;
using Kolumn.Sdk;
using SQLitePCL;

namespace Kolumn.Providers.Sqlite.Database;

/// <summary>
/// Puts the system's own SQLite behind the client library, which asks for a bundled <c>e_sqlite3</c>: the system's is the one
/// that receives security updates.
/// </summary>
internal static class NativeSqlite
{
    /// <summary>The first version with pragma_table_list and STRICT.</summary>
    private static readonly Version Oldest = new(3, 37, 0);

    private static readonly Lazy<Diagnostic?> Fault = new(Load);

    /// <exception cref="ProviderException">There is no SQLite on this system, or it is too old.</exception>
    public static void Require()
    {
        if (Fault.Value is { } fault)
        {
            throw new ProviderException(fault);
        }
    }

    /// <summary>
    /// Makes a quoted name always a name: SQLite would take one that it does not know for a string, and index that string
    /// instead of a mistyped column. What is stored already stays readable. https://www.sqlite.org/quirks.html#dblquote
    /// </summary>
    public static void RefuseStringsInDoubleQuotes(sqlite3 database)
    {
        raw.sqlite3_db_config(database, raw.SQLITE_DBCONFIG_DQS_DDL, 0, out _);
        raw.sqlite3_db_config(database, raw.SQLITE_DBCONFIG_DQS_DML, 0, out _);
    }

    private static IReadOnlyList<string> Candidates =>
        OperatingSystem.IsWindows() ? ["sqlite3.dll", "winsqlite3.dll"]
        : OperatingSystem.IsMacOS() ? ["libsqlite3.dylib", "/usr/lib/libsqlite3.dylib"]
        : ["libsqlite3.so.0", "libsqlite3.so"];

    private static Diagnostic? Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        try
        {
            raw.SetProvider(new SQLite3Provider_e_sqlite3());
            var version = raw.sqlite3_libversion().utf8_to_string();
            return Version.TryParse(version, out var found) && found >= Oldest
                ? null
                : Diagnostic.Error(DiagnosticCodes.Connection, $"the system's SQLite is version {version}", $"At least {Oldest} is needed: update SQLite.");
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return Diagnostic.Error(
                DiagnosticCodes.Connection,
                "SQLite is not installed on this system",
                $"None of {string.Join(", ", Candidates)} can be loaded. Install it (Debian and Ubuntu: libsqlite3-0, Fedora: sqlite-libs, Alpine: sqlite-libs), or put sqlite3.dll beside the provider on Windows.");
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != "e_sqlite3")
        {
            return 0;
        }

        foreach (var candidate in Candidates)
        {
            if (NativeLibrary.TryLoad(candidate, assembly, searchPath, out var handle))
            {
                return handle;
            }
        }

        return 0;
    }
}
