using System.Text.Json.Nodes;

namespace Kolumn.Compliance.Probing;

/// <summary>How a call came to its end.</summary>
internal enum AnswerKind
{
    /// <summary>With a JSON object.</summary>
    Answered,

    /// <summary>With the status UNIMPLEMENTED.</summary>
    Unsupported,

    /// <summary>With INVALID_ARGUMENT.</summary>
    InvalidRequest,

    /// <summary>With FAILED_PRECONDITION.</summary>
    NotConfigured,

    /// <summary>With RESOURCE_EXHAUSTED, or with more than is taken.</summary>
    TooLarge,

    /// <summary>With another status: the provider says that it has a defect.</summary>
    Defect,

    /// <summary>With something that is no JSON object, or no message at all.</summary>
    Nonsense,

    /// <summary>The process ended, or its connection broke.</summary>
    Crashed,

    /// <summary>Not within the limit; the process was stopped.</summary>
    Hung,

    /// <summary>This side called it off.</summary>
    Cancelled,
}

/// <summary>One call and what became of it.</summary>
internal sealed record Answer
{
    public required AnswerKind Kind { get; init; }

    /// <summary>The method or function.</summary>
    public required string Call { get; init; }

    /// <summary>The request, shortened.</summary>
    public string Sent { get; init; } = "";

    /// <summary>Null unless <see cref="AnswerKind.Answered"/>.</summary>
    public JsonObject? Body { get; init; }

    /// <summary>The answer in full, or what was said instead of one.</summary>
    public string Text { get; init; } = "";

    public bool Succeeded => Kind == AnswerKind.Answered && Body.Flag("success") == true;

    /// <summary>A refusal as the contract wants them: in the payload.</summary>
    public bool Refused => Kind == AnswerKind.Answered && Body.Flag("success") != true;

    /// <summary>The provider is still there.</summary>
    public bool Survived => Kind is not (AnswerKind.Crashed or AnswerKind.Hung);

    public string Error => Body.Text("error") is { Length: > 0 } error ? error
        : Body.List("diagnostics").Select(d => d.Text("summary")).FirstOrDefault(s => s is { Length: > 0 }) ?? "";

    /// <summary>One of the five categories.</summary>
    public string Code => Body.Text("code") ?? "";

    /// <summary>For a sentence: <c>succeeded</c>, <c>refused it: …</c>, <c>the process ended: …</c>.</summary>
    public string Outcome => Kind switch
    {
        AnswerKind.Answered when Succeeded => $"{Call} succeeded",
        AnswerKind.Answered when Error.Length > 0 => $"{Call} was refused: {Json.Excerpt(Error)}",
        AnswerKind.Answered => $"{Call} failed without saying why",
        AnswerKind.Unsupported => $"{Call} is said to be unsupported",
        AnswerKind.Hung => $"{Call} was not answered in time; the process was stopped",
        AnswerKind.Crashed => $"{Call} was not answered: {Json.Excerpt(Text)}",
        AnswerKind.Cancelled => $"{Call} was called off",
        _ => $"{Call} failed below the payload: {Json.Excerpt(Text)}",
    };

    public string Received => Json.Excerpt(Text);
}
