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
    /// <summary>Scans in a row that may be thrown away because somebody was gone before he could be read; on a busy system some always are.</summary>
    private const int MostInconclusive = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly byte[] _marker = Encoding.UTF8.GetBytes(marker);

    /// <summary>Kills until a scan finds nobody, or until cancelled.</summary>
    /// <returns>Who was found by the last scan, as <c>pid command</c>.</returns>
    /// <remarks>
    /// A line of processes that each start the next and end is caught because one that was seen and is gone makes the scan
    /// inconclusive. One that forks faster than /proc can be read is a matter for the system's limits (cgroup <c>pids.max</c>).
    /// </remarks>
    public async Task<IReadOnlyList<string>> KillAsync(CancellationToken cancellationToken)
    {
        for (var inconclusive = 0; ;)
        {
            var members = Scan(out var isConclusive);
            foreach (var member in members)
            {
                Libc.SignalExactly(member.Pid, Libc.SignalKill, () => Read(member.Pid)?.StartTime == member.StartTime);
            }

            inconclusive = members.Count > 0 || isConclusive ? 0 : inconclusive + 1;
            if ((members.Count == 0 && (isConclusive || inconclusive == MostInconclusive)) || cancellationToken.IsCancellationRequested)
            {
                return [.. members.Select(m => $"{m.Pid} {m.Command}")];
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    /// <summary>Living members; the leader itself is not one of them.</summary>
    /// <param name="isConclusive">False when somebody who may have been one was gone before that could be read.</param>
    public IReadOnlyList<ProcessEntry> Scan(out bool isConclusive)
    {
        isConclusive = true;
        if (!OperatingSystem.IsLinux() || Read(leader) is not { } first)
        {
            return [];
        }

        // Whoever is older than the leader cannot come from it: the bulk of the system is sorted out by one comparison.
        // Whose the environment is has to be read at once, before somebody short-lived is gone.
        var younger = new List<ProcessEntry>();
        var members = new HashSet<int> { leader };
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && pid != leader && Read(pid) is { } entry && entry.StartTime >= first.StartTime)
            {
                younger.Add(entry);
                if (CarriesMarker(pid) is not { } isMember)
                {
                    isConclusive = false;
                }
                else if (isMember)
                {
                    members.Add(pid);
                }
            }
        }

        for (var grown = true; grown;)
        {
            grown = false;
            foreach (var entry in younger)
            {
                grown |= !members.Contains(entry.Pid)
                    && (entry.Session == leader || entry.Group == leader || members.Contains(entry.Parent))
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

    /// <summary>Null when the process is gone.</summary>
    private bool? CarriesMarker(int pid)
    {
        try
        {
            var environment = File.ReadAllBytes($"/proc/{pid}/environ");
            return environment.AsSpan().IndexOf(_marker) >= 0 ? true : environment.Length > 0 || Read(pid) is { IsAlive: true } ? false : null;
        }
        catch (UnauthorizedAccessException)
        {
            // Somebody else's process.
            return false;
        }
        catch (IOException)
        {
            return null;
        }
    }
}

/// <param name="StartTime">In clock ticks since boot: together with the pid it names a process for ever.</param>
internal sealed record ProcessEntry(int Pid, string Command, char State, int Parent, int Group, int Session, long StartTime)
{
    public bool IsAlive => State is not ('Z' or 'X');
}
