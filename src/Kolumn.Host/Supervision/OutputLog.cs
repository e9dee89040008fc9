using System.Text;
using Microsoft.Extensions.Logging;

namespace Kolumn.Host.Supervision;

/// <summary>
/// Turns a provider's lines into log events of the host: structured ones where they are structured, text at Debug otherwise,
/// and no more per second than a log can take. What is dropped is counted and the count is reported.
/// </summary>
internal sealed class OutputLog(string provider, string stream, ILogger logger, SecretScrubber secrets, TimeProvider time)
{
    private const int Burst = 1000;
    private const int PerSecond = 500;

    /// <summary>In a flood every line that passes comes after some that did not; saying so each time would double what is logged.</summary>
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(1);

    private long _refilled = time.GetTimestamp();
    private long _reported = time.GetTimestamp();
    private double _allowance = Burst;
    private long _droppedLines;
    private long _droppedBytes;

    public void Add(ReadOnlySpan<byte> line, long cut)
    {
        _droppedBytes += cut;
        if (line.IsEmpty)
        {
            return;
        }

        if (!MayPass())
        {
            _droppedLines++;
            _droppedBytes += line.Length;
            return;
        }

        if (time.GetElapsedTime(_reported) >= ReportInterval)
        {
            ReportDrops();
        }

        if (LogLine.Parse(line) is { } structured)
        {
            Write(structured);
        }
        else if (logger.IsEnabled(LogLevel.Debug))
        {
            Log.ProviderOutput(logger, provider, stream, secrets.Scrub(TerminalText.Neutralise(line)));
        }
    }

    /// <summary>Says what was dropped, if anything was since it last said so.</summary>
    public void ReportDrops()
    {
        if (_droppedLines > 0 || _droppedBytes > 0)
        {
            Log.OutputDropped(logger, provider, stream, _droppedLines, _droppedBytes);
            (_droppedLines, _droppedBytes) = (0, 0);
            _reported = time.GetTimestamp();
        }
    }

    private bool MayPass()
    {
        if (_allowance < 1)
        {
            var now = time.GetTimestamp();
            _allowance = Math.Min(Burst, _allowance + (time.GetElapsedTime(_refilled, now).TotalSeconds * PerSecond));
            _refilled = now;
            if (_allowance < 1)
            {
                return false;
            }
        }

        _allowance--;
        return true;
    }

    private void Write(LogLine line)
    {
        if (!logger.IsEnabled(line.Level))
        {
            return;
        }

        var values = new List<KeyValuePair<string, object?>>(line.Fields.Count + 3)
        {
            new("Provider", provider),
            new("ProviderMessage", secrets.Scrub(line.Message)),
        };
        values.AddRange(line.Fields.Select(f => KeyValuePair.Create(f.Key, (object?)secrets.Scrub(f.Value))));
        values.Add(new("{OriginalFormat}", "{Provider}: {ProviderMessage}"));
        logger.Log(line.Level, Log.ProviderEvent, values, null, Render);
    }

    private static string Render(List<KeyValuePair<string, object?>> values, Exception? exception)
    {
        var text = new StringBuilder().Append(values[0].Value).Append(": ").Append(values[1].Value);
        foreach (var (name, value) in values.Skip(2).SkipLast(1))
        {
            text.Append(' ').Append(name).Append('=').Append(value);
        }

        return text.ToString();
    }
}
