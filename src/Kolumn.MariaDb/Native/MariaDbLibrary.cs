using System.Reflection;
using System.Runtime.InteropServices;

namespace MySqlConnector.Native;

/// <summary>Finds MariaDB Connector/C on this system, and says what to install where it is missing.</summary>
internal static class MariaDbLibrary
{
    /// <summary>The name that the imports carry; <see cref="Resolve"/> puts the library behind it.</summary>
    public const string Import = "kolumn-libmariadb";

    /// <summary>How the library's third generation is called, the name with the version first.</summary>
    public static IReadOnlyList<string> Candidates =>
        OperatingSystem.IsWindows()
            ?
            [
                "libmariadb.dll",
                @"C:\Program Files\MariaDB\MariaDB Connector C 64-bit\lib\libmariadb.dll",
            ]
            : OperatingSystem.IsMacOS()
                ?
                [
                    "libmariadb.3.dylib",
                    "/opt/homebrew/opt/mariadb-connector-c/lib/mariadb/libmariadb.3.dylib",
                    "/usr/local/opt/mariadb-connector-c/lib/mariadb/libmariadb.3.dylib",
                ]
                : ["libmariadb.so.3"];

    private static readonly Lazy<nint> Loaded = new(() => Load(Candidates));

    /// <summary>Loads the library and prepares it for many threads; once is enough for the process.</summary>
    /// <exception cref="MySqlException">It cannot be loaded; the inner exception is a <see cref="DllNotFoundException"/>.</exception>
    public static void Require()
    {
        if (!Prepared.Value)
        {
            throw new MySqlException("MariaDB Connector/C could not be prepared.");
        }
    }

    // A failed Lazy would keep its exception with the stack of the first caller; the handle itself is cached above.
    private static readonly Lazy<bool> Prepared = new(() =>
    {
        _ = Loaded.Value;
        NativeLibrary.SetDllImportResolver(typeof(MariaDbLibrary).Assembly, Resolve);
        return MariaDbApi.InitializeLibrary(0, 0, 0) == 0;
    });

    /// <exception cref="MySqlException">None of the names can be loaded.</exception>
    internal static nint Load(IReadOnlyList<string> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (NativeLibrary.TryLoad(candidate, out var handle))
            {
                return handle;
            }
        }

        var text =
            $"MariaDB Connector/C is not installed on this system: none of {string.Join(", ", candidates)} can be loaded. "
            + "Install it: Debian and Ubuntu: apt-get install libmariadb3; Fedora: dnf install mariadb-connector-c; "
            + "Alpine: apk add mariadb-connector-c; macOS: brew install mariadb-connector-c; "
            + "Windows: the MariaDB Connector/C installer, or libmariadb.dll beside the program.";
        throw new MySqlException(text, new DllNotFoundException(candidates[0]));
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => name == Import ? Loaded.Value : 0;
}
