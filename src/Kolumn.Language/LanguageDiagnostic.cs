namespace Kolumn.Language;

/// <summary>How bad it is: an error stops the work, a warning does not.</summary>
public enum LanguageSeverity
{
    Error,
    Warning,
}

/// <summary>Something wrong with the text, said to the person who wrote it.</summary>
/// <param name="Severity">Error or warning.</param>
/// <param name="Code">One of <see cref="LanguageCodes"/>; stable, for programs.</param>
/// <param name="Summary">What is wrong, a few words without a full stop.</param>
/// <param name="Detail">Why, and what to do about it; whole sentences.</param>
/// <param name="Subject">The tightest range that is to blame.</param>
/// <param name="Context">A wider range that makes the subject understandable, e.g. the whole expression or an earlier definition.</param>
public sealed record LanguageDiagnostic(
    LanguageSeverity Severity,
    string Code,
    string Summary,
    string Detail,
    SourceRange Subject,
    SourceRange? Context = null)
{
    public override string ToString() => $"{Subject}: {Summary}: {Detail}";
}
