namespace Kolumn.Core.Migrating;

/// <summary>Migrations go by their names, in which a row of digits counts as the number that it is: <c>2_x</c> before <c>10_y</c>.</summary>
public sealed class MigrationOrder : IComparer<string>
{
    private MigrationOrder()
    {
    }

    public static MigrationOrder ByName { get; } = new();

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
        {
            return string.CompareOrdinal(x, y);
        }

        for (int i = 0, j = 0; ;)
        {
            if (i == x.Length || j == y.Length)
            {
                // Equal but for zeros in front of a number: some order all the same.
                return (x.Length - i, y.Length - j) is (0, 0) ? string.CompareOrdinal(x, y) : (x.Length - i).CompareTo(y.Length - j);
            }

            var (left, right) = (Digits(x, i), Digits(y, j));
            if (left > 0 && right > 0)
            {
                var a = x.AsSpan(i, left).TrimStart('0');
                var b = y.AsSpan(j, right).TrimStart('0');
                var order = a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.SequenceCompareTo(b);
                if (order != 0)
                {
                    return order;
                }

                (i, j) = (i + left, j + right);
            }
            else if (x[i] != y[j])
            {
                return x[i].CompareTo(y[j]);
            }
            else
            {
                (i, j) = (i + 1, j + 1);
            }
        }
    }

    private static int Digits(string text, int from)
    {
        var to = from;
        while (to < text.Length && char.IsAsciiDigit(text[to]))
        {
            to++;
        }

        return to - from;
    }
}
