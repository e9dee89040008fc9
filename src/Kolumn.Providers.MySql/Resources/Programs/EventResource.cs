using System.Globalization;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.MySql.Resources.Programs;

/// <summary>What a user may write about an event, and what it describes.</summary>
internal static class EventResource
{
    public const string Type = "event";

    /// <summary>Of a moment, as the server takes and gives it.</summary>
    public const string Format = "yyyy-MM-dd HH:mm:ss";

    private static readonly string[] Formats = [Format, "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm"];

    private static readonly string[] Units =
    [
        "year", "quarter", "month", "day", "hour", "minute", "week", "second", "year_month", "day_hour", "day_minute", "day_second", "hour_minute", "hour_second", "minute_second",
    ];

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = ProgramConfig.Name(Type),
            ["schema"] = ProgramConfig.Schema,
            ["every"] = Text("How often it happens: 1 day, 90 minute, 1:30 hour_minute."),
            ["at"] = Text("When it happens, once: 2030-01-31 12:00:00."),
            ["starts"] = Text("When it happens first. Left out, it stays what it is; something new starts at once."),
            ["ends"] = Text("When it happens no more. Left out, it does not end."),
            ["preserve"] = Flag("It stays when it is over; otherwise the server drops it, and the next plan makes it again."),
            ["enabled"] = Flag("Whether it happens.", standard: true),
            ["time_zone"] = Text("Of its moments and of its body, +00:00 or Europe/Oslo. Left out, it stays what it is; something new gets +00:00."),
            ["definer"] = ProgramConfig.Definer,
            ["comment"] = Text("Description stored with the event."),
            ["body"] = ProgramConfig.Body,
        },
    };

    public static EventDefinition Describe(ConfigReader reader)
    {
        var (every, at) = (Every(reader), Moment(reader, "at"));
        if (reader.Has("every") == reader.Has("at"))
        {
            reader.Invalid("every", "An event happens either every so often or at one moment", "Write every = \"1 day\" or at = \"2030-01-31 12:00:00\".");
        }

        if (reader.Has("at") && (reader.Has("starts") || reader.Has("ends")))
        {
            reader.Invalid("starts", "What happens once neither starts nor ends");
        }

        return new EventDefinition
        {
            Schema = reader.Schema(),
            Name = reader.Name("name") ?? "",
            Every = every,
            At = at,
            Starts = at ?? Moment(reader, "starts"),
            Ends = Moment(reader, "ends"),
            Preserve = reader.Flag("preserve") ?? false,
            Enabled = reader.Flag("enabled") == false ? false : null,
            TimeZone = TimeZone(reader),
            Definer = reader.DefinerOf(),
            Comment = reader.Comment(),
            Body = reader.BodyOf(),
        };
    }

    private static string? Every(ConfigReader reader)
    {
        if (reader.Text("every")?.Trim() is not { } text)
        {
            return null;
        }

        var space = text.LastIndexOf(' ');
        var (count, unit) = space < 0 ? ("", text) : (text[..space].Trim().Trim('\''), text[(space + 1)..].ToLowerInvariant());
        return Units.Contains(unit) && count.Length is > 0 and <= 40 && count.Any(char.IsAsciiDigit) && count.All(c => char.IsAsciiDigit(c) || c is ':' or ' ' or '-' or '.')
            ? $"{count} {unit}"
            : reader.Refuse("every", $"'{ConfigReader.Shown(text)}' is no span of time", $"Write a number and one of {string.Join(", ", Units)}.");
    }

    private static string? Moment(ConfigReader reader, string attribute)
    {
        if (reader.Text(attribute)?.Trim() is not { } text)
        {
            return null;
        }

        return DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)
            ? moment.ToString(Format, CultureInfo.InvariantCulture)
            : reader.Refuse(attribute, $"'{ConfigReader.Shown(text)}' is no moment", "Write 2030-01-31 12:00:00, in the event's time zone.");
    }

    private static string? TimeZone(ConfigReader reader) => reader.Text("time_zone") is not { } text ? null
        : text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or ':' or '/' or '_') ? text
        : reader.Refuse("time_zone", $"'{ConfigReader.Shown(text)}' is no time zone", "Write +02:00, or the name of one that the server knows.");
}
