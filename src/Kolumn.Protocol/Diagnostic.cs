using System.Text.Json.Serialization;

namespace Kolumn.Protocol;

/// <summary>How serious a <see cref="Diagnostic"/> is: an error means that the operation did not, or must not, go on.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Severity>))]
public enum Severity
{
    [JsonStringEnumMemberName("error")]
    Error,

    [JsonStringEnumMemberName("warning")]
    Warning,

    [JsonStringEnumMemberName("info")]
    Info,
}

/// <summary>
/// Something a user should know about the text, the configuration or the database: what, why, where, and what to do next.
/// Never carries a secret.
/// </summary>
public sealed record Diagnostic
{
    public required Severity Severity { get; init; }

    /// <summary>Stable and machine-readable, for example <c>UNKNOWN_ATTRIBUTE</c>; <see cref="DiagnosticCodes"/> holds the shared ones.</summary>
    public required string Code { get; init; }

    /// <summary>What happened, in one line without a full stop.</summary>
    public required string Summary { get; init; }

    /// <summary>Why, and what to do about it.</summary>
    public string? Detail { get; init; }

    /// <summary>Where in the resource's configuration.</summary>
    public AttributePath? Attribute { get; init; }

    /// <summary>Which resource, as <c>type.name</c>.</summary>
    public string? Address { get; init; }

    /// <summary>Where in a file; set by whoever read the file.</summary>
    public SourcePlace? Place { get; init; }

    /// <summary>Whether the same request may succeed later without a change to it, as after a lost connection.</summary>
    public bool Retryable { get; init; }

    /// <summary>The engine's own error code where there is one: PostgreSQL's SQLSTATE, SQLite's result code.</summary>
    public string? EngineCode { get; init; }

    public static Diagnostic Error(string code, string summary, string? detail = null) =>
        new() { Severity = Severity.Error, Code = code, Summary = summary, Detail = detail };

    public static Diagnostic Warning(string code, string summary, string? detail = null) =>
        new() { Severity = Severity.Warning, Code = code, Summary = summary, Detail = detail };

    /// <summary>One line for logs and for the contract's single <c>error</c> member: address, summary, detail.</summary>
    public override string ToString()
    {
        var subject = (Address, Attribute) switch
        {
            (null, null) => "",
            (null, var attribute) => $"{attribute}: ",
            (var address, null) => $"{address}: ",
            var (address, attribute) => $"{address}: {attribute}: ",
        };
        return Detail is null ? $"{subject}{Summary}" : $"{subject}{Summary}. {Detail}";
    }
}

/// <summary>A place in a source file, ready to be shown: 1-based line and column, and the line's text.</summary>
/// <param name="File">The file as the user named it.</param>
/// <param name="Line">1-based.</param>
/// <param name="Column">1-based, in characters.</param>
/// <param name="Length">How many characters of the line to underline, at least 1.</param>
/// <param name="LineText">The line without its line break, so that a diagnostic can be shown after the file has gone.</param>
public sealed record SourcePlace(string File, int Line, int Column, int Length, string LineText);
