using System.Globalization;
using Kolumn.Core;
using Kolumn.Protocol;

namespace Kolumn.Cli.Rendering;

/// <summary>
/// Shows what the engine does. A terminal gets one line that is written over; every certain result gets a line of its own, unless
/// there are so many that a count says more. Silent for JSON.
/// </summary>
internal sealed class ProgressView(Terminal terminal, bool isShown, TimeProvider? time = null) : IEngineObserver
{
    /// <summary>More changes than this are counted instead of listed.</summary>
    public const int MostLines = 50;

    /// <summary>How often the line that is written over changes: the eye takes in no more.</summary>
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(80);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private readonly Palette _palette = terminal.Palette;
    private string _live = "";
    private long _liveAt;
    private int _changes;
    private int _done;
    private int _tenths;

    public void On(EngineEvent happening)
    {
        if (!isShown)
        {
            return;
        }

        lock (_gate)
        {
            switch (happening)
            {
                case ProviderStarting starting:
                    Live($"Starting {starting.Instance} ...");
                    break;
                case PlanningStarted planning:
                    Live(string.Create(CultureInfo.InvariantCulture, $"{planning.Instance}: comparing {planning.Resources} resources with the database ..."));
                    break;
                case ApplyStarted apply:
                    _changes += apply.Changes;
                    break;
                case ResourceProgress { Address: { } address } progress:
                    Live(Counted($"{address}: {ActionWords.Doing(progress.Stage ?? "")} ...", progress.Current, progress.Total));
                    break;
                case ResourceFinished { Action: not ResourceActions.NoOp } finished:
                    Finished(finished);
                    break;
                case ProviderMessage { Level: "warn" or "error" } message:
                    Line($"  {_palette.Update("!")} {message.Instance}: {Printable.Line(message.Message)}");
                    break;
            }
        }
    }

    /// <summary>Takes away the line that is written over: something else will be written now.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            ClearLive();
            terminal.Out.Flush();
        }
    }

    private void Finished(ResourceFinished finished)
    {
        _done++;
        if (finished.Outcome == ResourceOutcome.Skipped)
        {
            return;
        }

        if (finished.Outcome == ResourceOutcome.Succeeded && _changes > MostLines)
        {
            Count();
            return;
        }

        var (paint, sign, _) = ActionWords.Of(finished.Action, _palette);
        var text = finished.Outcome switch
        {
            ResourceOutcome.Succeeded => $"{paint(sign)} {Printable.Line(finished.Address)}: {(finished.InQuarantine ? "Moved to quarantine" : ActionWords.Done(finished.Action))}",
            ResourceOutcome.Failed => $"{_palette.Error("x")} {Printable.Line(finished.Address)}: {_palette.Error("Failed")}",
            _ => $"{_palette.Error("?")} {Printable.Line(finished.Address)}: {_palette.Error("Outcome unknown")}",
        };
        Line($"  {text} {_palette.Faint(Duration(finished.Duration))}".TrimEnd());
    }

    /// <summary>A terminal sees the count run; a log gets a line for every tenth.</summary>
    private void Count()
    {
        if (terminal.IsLive)
        {
            Live(string.Create(CultureInfo.InvariantCulture, $"{_done} of {_changes} resources done"), isLast: _done >= _changes);
            return;
        }

        var tenths = (int)(10L * _done / _changes);
        if (tenths > _tenths)
        {
            _tenths = tenths;
            Line(string.Create(CultureInfo.InvariantCulture, $"  {_done} of {_changes} resources done"));
        }
    }

    private static string Counted(string text, long? current, long? total) =>
        current is null || total is null ? text : string.Create(CultureInfo.InvariantCulture, $"[{current}/{total}] {text}");

    private static string Duration(TimeSpan duration) => duration.TotalMilliseconds switch
    {
        // In a transaction every resource takes as long as all of them; what is quick is not worth a number.
        < 100 => "",
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"[{duration.TotalMilliseconds:0}ms]"),
        _ => string.Create(CultureInfo.InvariantCulture, $"[{duration.TotalSeconds:0.0}s]"),
    };

    private void Live(string text, bool isLast = false)
    {
        if (!terminal.IsLive || (_live.Length > 0 && !isLast && _time.GetElapsedTime(_liveAt) < LiveInterval))
        {
            return;
        }

        _liveAt = _time.GetTimestamp();
        ClearLive();
        _live = Printable.Line(text);
        _live = _live.Length < terminal.Width ? _live : _live[..(terminal.Width - 1)];
        terminal.Out.Write(_palette.Faint(_live));
        terminal.Out.Flush();
    }

    private void Line(string text)
    {
        ClearLive();
        terminal.Out.Write(text + "\n");
        terminal.Out.Flush();
    }

    private void ClearLive()
    {
        if (_live.Length > 0)
        {
            terminal.Out.Write("\r\e[K");
            _live = "";
        }
    }
}
