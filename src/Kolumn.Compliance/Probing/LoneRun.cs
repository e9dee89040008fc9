using Kolumn.Host.Launching;

namespace Kolumn.Compliance.Probing;

/// <summary>What became of an executable that was started without its cookie.</summary>
/// <param name="Exit">Null: it had not ended by itself within the limit, and was killed.</param>
/// <param name="Output">The beginning of its stdout.</param>
/// <param name="Errors">The beginning of its stderr.</param>
internal sealed record LoneRun(ProcessExit? Exit, string Output, string Errors);
