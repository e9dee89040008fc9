using System.Globalization;

namespace Kolumn.Bench;

/// <summary>Figures as they come in, and a table of all of them at the end. A benchmark reports; it never passes or fails.</summary>
internal sealed class Report
{
    private readonly List<string> _rows = [];

    /// <summary>A ratio of two things measured in turn, in the same run: the median of the pairs and their range.</summary>
    /// <param name="bar">What it is meant to be, for example <c>≤ 1.15</c>.</param>
    public void Ratio(string what, IReadOnlyList<double> ours, IReadOnlyList<double> theirs, string unit, string bar)
    {
        var ratios = ours.Zip(theirs, (a, b) => a / b).Order().ToList();
        Row(what, $"{Number(Median(ours))} {unit}", $"{Number(Median(theirs))} {unit}", $"{Number(Median(ratios))} ({Number(ratios[0])}–{Number(ratios[^1])})", bar);
    }

    /// <summary>A figure that stands for itself.</summary>
    public void Figure(string what, string value, string bar) => Row(what, value, "", "", bar);

    /// <summary>Something that could not be measured, and why.</summary>
    public void Missing(string what, string why) => Row(what, $"not measured: {why}", "", "", "");

    public void Print()
    {
        Console.WriteLine();
        Console.WriteLine("| what | ours | beside | ratio: median (min–max) | bar |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var row in _rows)
        {
            Console.WriteLine(row);
        }
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }

    private void Row(params string[] cells)
    {
        Console.WriteLine("  " + string.Join("  ", cells.Where(c => c.Length > 0)));
        _rows.Add($"| {string.Join(" | ", cells)} |");
    }

    private static string Number(double value) =>
        value.ToString(value >= 100 ? "#,0" : value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
