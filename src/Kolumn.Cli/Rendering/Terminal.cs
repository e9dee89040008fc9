using System.Globalization;
using System.Text;

namespace Kolumn.Cli.Rendering;

/// <summary>
/// Where a command reads and writes. Results go to <see cref="Out"/>, diagnostics to <see cref="Error"/>. Neither a reader who goes
/// away nor a full disk ends what is going on (<see cref="SteadyStream"/>).
/// </summary>
internal sealed class Terminal(TextWriter output, TextWriter error, TextReader input, Func<int> width)
{
    public const int DefaultWidth = 100;

    private SteadyStream? _destination;
    private int? _width;

    public TextWriter Out { get; } = output;

    public TextWriter Error { get; } = error;

    public TextReader In { get; } = input;

    public Palette Palette { get; init; } = Palette.None;

    public Palette ErrorPalette { get; init; } = Palette.None;

    /// <summary>Columns that text is wrapped at. Asked for only when there is something to wrap: it makes the runtime take over the terminal.</summary>
    public int Width => _width ??= width();

    /// <summary>Why results did not get where they should have, as far as they are flushed; null when all of them did.</summary>
    public string? OutputFault => _destination?.Fault;

    /// <summary>Whether a line may be written over: there is somebody to watch it.</summary>
    public bool IsLive { get; init; }

    /// <summary>The process's own streams as UTF-8; colours only for terminals, and not under NO_COLOR or TERM=dumb.</summary>
    public static Terminal OfProcess()
    {
        var isPlain = IsSet("NO_COLOR") || Environment.GetEnvironmentVariable("TERM") == "dumb";
        var output = new SteadyStream(Console.OpenStandardOutput());
        return new Terminal(
            Writer(output),
            Writer(new SteadyStream(Console.OpenStandardError())),
            new StreamReader(Console.OpenStandardInput(), Encoding.UTF8),
            WidthOfProcess)
        {
            _destination = output,
            Palette = isPlain || Console.IsOutputRedirected ? Palette.None : Palette.Ansi,
            ErrorPalette = isPlain || Console.IsErrorRedirected ? Palette.None : Palette.Ansi,
            IsLive = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb",
        };
    }

    public Terminal WithoutColour() => new(Out, Error, In, () => Width) { IsLive = IsLive };

    /// <summary>Everything on <see cref="Error"/>: standard output belongs to something else.</summary>
    public Terminal OnErrorOnly() => new(Error, Error, In, () => Width) { Palette = ErrorPalette, ErrorPalette = ErrorPalette };

    /// <summary>Results and diagnostics appear in the order in which they were written, also where both are one terminal.</summary>
    public void Flush()
    {
        Out.Flush();
        Error.Flush();
    }

    private static StreamWriter Writer(Stream stream) => new(stream, new UTF8Encoding(false), 16 * 1024) { NewLine = "\n" };

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

    private static int WidthOfProcess()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var columns) && columns > 0)
        {
            return Math.Clamp(columns, 40, 400);
        }

        try
        {
            // A terminal that was not told its size says 0.
            return !Console.IsOutputRedirected && Console.WindowWidth is > 0 and var width ? Math.Clamp(width, 40, 160) : DefaultWidth;
        }
        catch (IOException)
        {
            return DefaultWidth;
        }
    }
}
