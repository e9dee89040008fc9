using System.Reflection;
using System.Runtime.InteropServices;

namespace Kolumn.MongoDb.Internal;

/// <summary>
/// Finds the official C driver under the names that its two generations have. libbson has to be of the same generation as libmongoc,
/// so the two are looked for together.
/// </summary>
internal static class NativeLibraries
{
    public const string Mongoc = "kolumn-mongoc";
    public const string Bson = "kolumn-bson";

    private static readonly Lazy<(nint Mongoc, nint Bson)?> Loaded = new(Load);

    private static IReadOnlyList<(string Mongoc, string Bson)> Candidates =>
        OperatingSystem.IsWindows() ? [("mongoc2.dll", "bson2.dll"), ("mongoc-1.0.dll", "bson-1.0.dll")]
        : OperatingSystem.IsMacOS()
            ? [("libmongoc2.2.dylib", "libbson2.2.dylib"), ("libmongoc-1.0.0.dylib", "libbson-1.0.0.dylib"), ("/opt/homebrew/lib/libmongoc2.dylib", "/opt/homebrew/lib/libbson2.dylib")]
            : [("libmongoc2.so.2", "libbson2.so.2"), ("libmongoc-1.0.so.0", "libbson-1.0.so.0")];

    private static readonly Lazy<bool> Ready = new(() =>
    {
        if (Loaded.Value is null)
        {
            return false;
        }

        NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);
        NativeMethods.Initialize();
        DriverLog.Silence();
        return true;
    });

    /// <exception cref="MongoException">There is no driver on this system.</exception>
    public static void Require()
    {
        if (!Ready.Value)
        {
            throw new MongoException(MongoFailure.Library, Missing);
        }
    }

    internal static string Missing =>
        $"The MongoDB C driver is not installed on this system: none of {string.Join(", ", Candidates.Select(c => c.Mongoc))} can be loaded. "
        + "Install it (Debian and Ubuntu: libmongoc-1.0-0, later releases libmongoc2-2; Fedora and Red Hat: mongo-c-driver-libs; Alpine: mongo-c-driver; macOS: brew install mongo-c-driver; "
        + "Windows: mongo-c-driver by vcpkg, with its DLLs beside the provider or on PATH).";

    private static (nint Mongoc, nint Bson)? Load()
    {
        foreach (var (mongoc, bson) in Candidates)
        {
            if (NativeLibrary.TryLoad(bson, out var bsonHandle))
            {
                if (NativeLibrary.TryLoad(mongoc, out var mongocHandle))
                {
                    return (mongocHandle, bsonHandle);
                }

                NativeLibrary.Free(bsonHandle);
            }
        }

        return null;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => name switch
    {
        Mongoc => Loaded.Value!.Value.Mongoc,
        Bson => Loaded.Value!.Value.Bson,
        _ => 0,
    };
}
