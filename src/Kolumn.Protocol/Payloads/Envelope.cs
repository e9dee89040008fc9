using System.Text.Json.Nodes;

namespace Kolumn.Protocol.Payloads;

/// <summary>
/// What every response of Configure, CallFunction and Close carries beside its own members: provider specification,
/// section 9.3. A response without <c>success: true</c> is a failure, whatever else it says.
/// </summary>
public record Envelope
{
    public bool Success { get; init; }

    /// <summary>The failure in one line.</summary>
    public string? Error { get; init; }

    /// <summary>One of the five categories of section 9.2.</summary>
    public string? Code { get; init; }

    /// <summary>May hold <c>reason</c>, the finer code.</summary>
    public JsonObject? Details { get; init; }

    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>Everything there is to say, where <see cref="Error"/> alone would hide some of it.</summary>
    public IReadOnlyList<Diagnostic>? Diagnostics { get; init; }

    public static Envelope Ok { get; } = new() { Success = true };

    /// <summary>The envelope members of a failure, written into the response type that the function promises.</summary>
    public static T Failure<T>(IReadOnlyList<Diagnostic> diagnostics)
        where T : Envelope, new()
    {
        var first = diagnostics.FirstOrDefault(d => d.Severity == Severity.Error) ?? diagnostics[0];
        return new T
        {
            Success = false,
            Error = first.ToString(),
            Code = DiagnosticCodes.CategoryOf(first.Code),
            Details = new JsonObject { ["reason"] = first.Code },
            Diagnostics = diagnostics,
        };
    }

    /// <summary>
    /// The diagnostics of this response, made up from <see cref="Error"/> and <see cref="Warnings"/> where the provider sent
    /// none, so that a caller reads one list. Not empty when <see cref="Success"/> is false.
    /// </summary>
    public IReadOnlyList<Diagnostic> CollectDiagnostics()
    {
        var all = new List<Diagnostic>(Diagnostics ?? []);
        if (!Success && all.TrueForAll(d => d.Severity != Severity.Error))
        {
            var summary = string.IsNullOrEmpty(Error) ? "The provider reported a failure without saying why" : Error;
            all.Add(Diagnostic.Error(Code ?? DiagnosticCodes.Operation, summary));
        }

        all.AddRange((Warnings ?? []).Select(w => Diagnostic.Warning("PROVIDER_WARNING", w)));
        return all;
    }
}
