namespace Kolumn.Cli.Rendering;

/// <summary>The colours of one stream: escape sequences where it is a terminal that wants them, else nothing at all.</summary>
internal sealed class Palette
{
    public static readonly Palette None = new(enabled: false);

    public static readonly Palette Ansi = new(enabled: true);

    private readonly bool _enabled;

    private Palette(bool enabled) => _enabled = enabled;

    public string Create(string text) => Paint("32", text);

    /// <summary>Amber, for what is changed or has drifted.</summary>
    public string Update(string text) => Paint("38;5;178", text);

    public string Delete(string text) => Paint("31", text);

    public string Adopt(string text) => Paint("36", text);

    public string Error(string text) => Paint("1;31", text);

    public string Warning(string text) => Paint("1;33", text);

    public string Strong(string text) => Paint("1", text);

    public string Faint(string text) => Paint("2", text);

    private string Paint(string codes, string text) => _enabled && text.Length > 0 ? $"\e[{codes}m{text}\e[0m" : text;
}
