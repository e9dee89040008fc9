namespace Kolumn.Protocol;

/// <summary>
/// Which versions of a provider a project accepts: clauses separated by commas, all of which must hold. A clause is an operator
/// and a version of one to three numbers, <c>&gt;= 1.0, &lt; 2.0</c>; without an operator it means <c>=</c>.
/// </summary>
/// <remarks>
/// <c>~&gt;</c> lets the rightmost number written grow: <c>~&gt; 1.2</c> is <c>&gt;= 1.2, &lt; 2.0</c>, <c>~&gt; 1.2.3</c> is
/// <c>&gt;= 1.2.3, &lt; 1.3.0</c>. A pre-release satisfies only the <c>=</c> that names exactly it: nobody gets one unasked.
/// </remarks>
public sealed class VersionConstraint
{
    /// <summary>More is not written by people.</summary>
    private const int MaxLength = 500;

    // Two characters before one: the first that fits is the operator.
    private static readonly string[] Operators = ["~>", ">=", "<=", "!=", "=", ">", "<"];

    private readonly string _text;
    private readonly IReadOnlyList<Clause> _clauses;

    private VersionConstraint(string text, IReadOnlyList<Clause> clauses)
    {
        _text = text;
        _clauses = clauses;
    }

    /// <summary>Reads a constraint; null with <paramref name="fault"/> saying what is wrong with it and what would be right.</summary>
    public static VersionConstraint? Parse(string text, out string fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        fault = "";
        if (text.Length > MaxLength)
        {
            fault = $"A version constraint has at most {MaxLength} characters.";
            return null;
        }

        var clauses = new List<Clause>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (ReadClause(part) is not { } clause)
            {
                fault = (part.Length == 0 ? "A clause is missing." : $"\"{part}\" is none.")
                    + " Write a version such as \"1.2.3\", or clauses of =, !=, >, >=, <, <= or ~> and a version, separated by commas: \">= 1.0, < 2.0\".";
                return null;
            }

            clauses.Add(clause);
        }

        return new VersionConstraint(string.Join(", ", clauses), clauses);
    }

    /// <summary>A constraint that holds where both do.</summary>
    public VersionConstraint And(VersionConstraint other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var clauses = _clauses.Concat(other._clauses).Distinct().ToList();
        return new VersionConstraint(string.Join(", ", clauses), clauses);
    }

    public bool Admits(SemanticVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        return _clauses.All(c => c.Admits(version))
            && (version.PreRelease.Length == 0 || _clauses.Any(c => c.Operator == "=" && c.Version == version));
    }

    /// <summary>False for what is not a version.</summary>
    public bool Admits(string version) => SemanticVersion.Parse(version) is { } parsed && Admits(parsed);

    /// <summary>The clauses as they were written, evenly spaced: <c>&gt;= 1.0, &lt; 2.0</c>.</summary>
    public override string ToString() => _text;

    private static Clause? ReadClause(string text)
    {
        var @operator = Operators.FirstOrDefault(o => text.StartsWith(o, StringComparison.Ordinal));
        var written = text[(@operator?.Length ?? 0)..].TrimStart();
        written = written.StartsWith('v') ? written[1..] : written;

        // 1 and 1.2 stand for 1.0.0 and 1.2.0; a pre-release needs all three numbers, since semver.org knows no shorter ones.
        var numbers = written.Split('-', '+')[0].Count(c => c == '.') + 1;
        var padded = numbers < 3 && !written.AsSpan().ContainsAny('-', '+') ? written + string.Concat(Enumerable.Repeat(".0", 3 - numbers)) : written;
        return SemanticVersion.Parse(padded) is { } version ? new Clause(@operator ?? "=", version, numbers, written) : null;
    }

    private sealed record Clause(string Operator, SemanticVersion Version, int Numbers, string Written)
    {
        public bool Admits(SemanticVersion version) => Operator switch
        {
            "=" => version == Version,
            "!=" => version != Version,
            ">" => version > Version,
            ">=" => version >= Version,
            "<" => version < Version,
            "<=" => version <= Version,
            _ => version >= Version
                && (Numbers < 2 || version.Major == Version.Major)
                && (Numbers < 3 || version.Minor == Version.Minor),
        };

        public override string ToString() => $"{Operator} {Written}";
    }
}
