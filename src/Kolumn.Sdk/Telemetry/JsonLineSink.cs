using System.Text;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Kolumn.Sdk.Telemetry;

/// <summary>One event, one line, one write: lines of concurrent threads never mix.</summary>
internal sealed class JsonLineSink(Stream stream, ITextFormatter formatter) : ILogEventSink, IDisposable
{
    private readonly Lock _gate = new();

    public void Emit(LogEvent logEvent)
    {
        using var text = new StringWriter();
        formatter.Format(logEvent, text);
        var line = Encoding.UTF8.GetBytes(text.ToString());
        lock (_gate)
        {
            try
            {
                stream.Write(line);
                stream.Flush();
            }
            catch (IOException)
            {
                // Nobody reads any more: the host is gone, and the lifeline says so.
            }
        }
    }

    public void Dispose() => stream.Dispose();
}
