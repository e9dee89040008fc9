using System.Globalization;
using System.Text;

namespace Kolumn.Host.Launching;

/// <summary>
/// The processes that came out of one provider, as far as the system can tell: members of its session or group, its
/// descendants, and whoever carries its marker in the environment, which survives double forks and setsid(2).
/// </summary>
/// <remarks>Reads Linux' /proc. Elsewhere only the provider's own process group is killed.</remarks>
internal sealed class ProcessTree(int leader, string marker)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly byte[] _marker = Encoding.UTF8.GetBytes(marker);

    /// <summary>Kills until a scan finds nobody, or until cancelled.</summary>
    /// <returns>Who was found by the last scan, as <c>pid command</c>.</returns>
    public async Task<IReadOnlyList<string>> KillAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var members = Scan();
            foreach (var member in members)
            {
                Libc.SignalExactly(member.Pid, Libc.SignalKill, () => Read(member.Pid)?.StartTime == member.StartTime);
            }

            if (members.Count == 0 || cancellationToken.IsCancellationRequested)
            {
                return [.. members.Select(m => $"{m.Pid} {m.Command}")];
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    /// <summary>Living members; the leader itself is not one of them.</summary>
    public IReadOnlyList<ProcessEntry> Scan()
    {
        if (!OperatingSystem.IsLinux() || Read(leader) is not { } first)
        {
            return [];
        }

        // Whoever is older than the leader cannot come from it: the bulk of the system is sorted out by one comparison.
        var younger = new List<ProcessEntry>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && pid != leader && Read(pid) is { } entry && entry.StartTime >= first.StartTime)
            {
                younger.Add(entry);
            }
        }

        var members = new HashSet<int> { leader };
        for (var grown = true; grown;)
        {
            grown = false;
            foreach (var entry in younger)
            {
                grown |= !members.Contains(entry.Pid)
                    && (entry.Session == leader || entry.Group == leader || members.Contains(entry.Parent) || CarriesMarker(entry.Pid))
                    && members.Add(entry.Pid);
            }
        }

        return [.. younger.Where(e => e.IsAlive && members.Contains(e.Pid))];
    }

    /// <summary>/proc/pid/stat of proc(5): the command stands in parentheses and may itself hold any character.</summary>
    internal static ProcessEntry? Read(int pid)
    {
        string text;
        try
        {
            text = File.ReadAllText($"/proc/{pid}/stat");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        var open = text.IndexOf('(', StringComparison.Ordinal);
        var close = text.LastIndexOf(')');
        if (open < 0 || close < open)
        {
            return null;
        }

        var fields = text[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length < 20 ? null : new ProcessEntry(
            pid, text[(open + 1)..close], fields[0][0], Number(1), Number(2), Number(3), long.Parse(fields[19], CultureInfo.InvariantCulture));

        int Number(int index) => int.Parse(fields[index], CultureInfo.InvariantCulture);
    }

    private bool CarriesMarker(int pid)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{pid}/environ").AsSpan().IndexOf(_marker) >= 0;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

/// <param name="StartTime">In clock ticks since boot: together with the pid it names a process for ever.</param>
internal sealed record ProcessEntry(int Pid, string Command, char State, int Parent, int Group, int Session, long StartTime)
{
    public bool IsAlive => State is not ('Z' or 'X');
}
