using System.Text.Json.Nodes;

namespace Kolumn.Sdk.Streaming;

/// <summary>Streams of a database that can make an event of a row's change in the transaction that makes it. An optional ability, found by type test.</summary>
public interface ICapturingDialect
{
    /// <summary>The table that a reference means, by its identity; null when it means none.</summary>
    string? TableOf(JsonNode reference, DescribeContext context);

    /// <summary>The columns of a table that the same configuration describes; null when it does not.</summary>
    IReadOnlyList<string>? ColumnsOf(JsonNode reference, DescribeContext context);

    /// <summary>Whether a capture has to name the columns that go into the payload.</summary>
    bool NeedsColumns { get; }

    /// <summary>A table's name alone, for the aggregatetype.</summary>
    string PlainName(string identity);

    IReadOnlyList<Statement> BeginCapture(OutboxDefinition outbox, CaptureDefinition capture);

    /// <summary>Also of a table that is gone.</summary>
    IReadOnlyList<Statement> EndCapture(OutboxDefinition outbox, CaptureDefinition capture);
}
