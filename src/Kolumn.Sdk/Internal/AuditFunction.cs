using System.Globalization;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Engine;

namespace Kolumn.Sdk.Internal;

/// <summary>GetAuditLog: the recorded changes, newest first, page by page.</summary>
internal sealed class AuditFunction<TSession>(ResourceTypes<TSession> types, IAuditStore<TSession> store)
    where TSession : IProviderSession
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    private static readonly string[] Outcomes = ["success", "failure"];
    private static readonly string[] Actions = [ResourceActions.Create, ResourceActions.Update, ResourceActions.Replace, ResourceActions.Delete, MigrationActions.Migrate, MigrationActions.Rollback];

    public async Task<AuditResponse> ReadAsync(AuditRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        var limit = request.Limit ?? DefaultLimit;
        if (FaultOf(request, limit) is { } fault)
        {
            return Envelope.Failure<AuditResponse>([fault]);
        }

        await using var session = await call.Connection.OpenAsync(SessionMode.Read, cancellationToken);
        if (!(await store.FindAsync(session, cancellationToken)).Exists)
        {
            return new AuditResponse { Success = true };
        }

        // One more than asked for tells whether there is another page.
        var found = await store.ReadAsync(session, QueryOf(request) with { Limit = limit + 1 }, cancellationToken);
        var page = found.Take(limit).ToList();
        return new AuditResponse
        {
            Success = true,
            Entries = [.. page.Select(e => e.Entry)],
            HasMore = found.Count > limit,
            NextToken = found.Count > limit ? TokenOf(page[^1].Position) : null,
        };
    }

    private AuditQuery QueryOf(AuditRequest request) => new()
    {
        ResourceType = Given(request.ResourceType) is { } type ? types.FullName(type) : null,
        Name = Given(request.Name),
        Action = Given(request.Action),
        Actor = Given(request.Actor),
        Outcome = Given(request.Outcome),
        Since = Given(request.Since),
        Until = Given(request.Until),
        Before = Given(request.PageToken) is { } token ? PositionOf(token) : null,
        Limit = 0,
    };

    private static Diagnostic? FaultOf(AuditRequest request, int limit)
    {
        if (limit is < 1 or > MaxLimit)
        {
            return Fault("limit", $"{limit} is no number of entries for one page", $"It is 1 to {MaxLimit}.");
        }

        if (Given(request.Outcome) is { } outcome && !Outcomes.Contains(outcome))
        {
            return Fault("outcome", $"there is no outcome \"{outcome}\"", $"It is one of {string.Join(", ", Outcomes)}.");
        }

        if (Given(request.Action) is { } action && !Actions.Contains(action))
        {
            return Fault("action", $"no change is called \"{action}\"", $"It is one of {string.Join(", ", Actions)}.");
        }

        return Given(request.PageToken) is { } token && PositionOf(token) is null
            ? Fault("page_token", "the page_token is none", "Send the next_token of the page before, with the same filters.")
            : null;
    }

    private static Diagnostic Fault(string member, string summary, string detail) =>
        Diagnostic.Error(DiagnosticCodes.InvalidValue, summary, detail) with { Attribute = AttributePath.Of(member) };

    // Other languages spell an absent text as an empty one and an absent moment as the year 1.
    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static DateTimeOffset? Given(DateTimeOffset? moment) => moment == default(DateTimeOffset) ? null : moment;

    private static string TokenOf(long position) => PageToken.Of(position.ToString(CultureInfo.InvariantCulture));

    private static long? PositionOf(string token) =>
        PageToken.Read(token) is { } place && long.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : null;
}
