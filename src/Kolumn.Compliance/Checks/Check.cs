using Kolumn.Compliance.Rules;

namespace Kolumn.Compliance.Checks;

/// <summary>Some calls that decide on some rules.</summary>
/// <param name="NeedsConfiguration">Whether it can do without a database.</param>
internal sealed record Check(bool NeedsConfiguration, Func<Examination, CancellationToken, Task> RunAsync, params IReadOnlyList<Rule> Rules);
