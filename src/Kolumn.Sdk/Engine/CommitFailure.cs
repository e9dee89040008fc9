using Kolumn.Protocol;

namespace Kolumn.Sdk.Engine;

/// <summary>What a commit that failed leaves behind.</summary>
internal static class CommitFailure
{
    /// <summary>The connection was lost while the database may have been committing.</summary>
    public static Diagnostic OutcomeUnknown(Diagnostic lost) => lost with
    {
        Detail = $"{lost.Detail}{(lost.Detail is null ? "" : " ")}Whether the changes were committed is not known: plan again to see what exists.",
    };
}
