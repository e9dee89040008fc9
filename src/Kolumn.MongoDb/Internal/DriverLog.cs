using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kolumn.MongoDb.Internal;

/// <summary>
/// Where the driver's own log goes: nowhere. It would write to stderr what every failed call reports anyway, and pieces of the
/// connection string with it.
/// </summary>
internal static unsafe class DriverLog
{
    public static void Silence() => NativeMethods.SetLogHandler(&Ignore, null);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Ignore(int level, byte* domain, byte* message, void* state)
    {
    }
}
