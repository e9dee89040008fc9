using Microsoft.Extensions.Logging;

namespace Kolumn.Sdk.Telemetry;

/// <summary>
/// Every message the Sdk logs. Event ids: 100 configuration, 200 connection, 300 handlers, 400 discovery, 500 dispatch, 600
/// state, 700 serving. Never a parameter's value; texts that come from elsewhere have been scrubbed.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Information, "Configured with {AttributeCount} attributes")]
    public static partial void Configured(ILogger logger, int attributeCount);

    [LoggerMessage(101, LogLevel.Warning, "The configuration was refused: {Reason}")]
    public static partial void ConfigurationRefused(ILogger logger, string reason);

    [LoggerMessage(200, LogLevel.Information, "Connected in {DurationMs} ms")]
    public static partial void Connected(ILogger logger, long durationMs);

    [LoggerMessage(201, LogLevel.Warning, "The connection failed: {Reason}")]
    public static partial void ConnectionFailed(ILogger logger, string reason);

    [LoggerMessage(202, LogLevel.Information, "Disconnected")]
    public static partial void Disconnected(ILogger logger);

    [LoggerMessage(203, LogLevel.Warning, "{CallCount} calls did not end within {LimitMs} ms of closing; their connection was closed under them")]
    public static partial void CallsOutlivedConnection(ILogger logger, int callCount, long limitMs);

    [LoggerMessage(204, LogLevel.Error, "Closing the connection failed: {Reason}")]
    public static partial void DisconnectFailed(ILogger logger, string reason);

    [LoggerMessage(205, LogLevel.Information, "Transaction {TransactionId} begun, {IsolationLevel}")]
    public static partial void TransactionBegun(ILogger logger, string transactionId, string isolationLevel);

    [LoggerMessage(206, LogLevel.Information, "Transaction {TransactionId} is over: {Status}")]
    public static partial void TransactionOver(ILogger logger, string transactionId, string status);

    [LoggerMessage(207, LogLevel.Debug, "{Operation} took {DurationMs} ms")]
    public static partial void OperationDone(ILogger logger, string operation, long durationMs);

    [LoggerMessage(208, LogLevel.Warning, "{Operation} failed after {DurationMs} ms: {Code}")]
    public static partial void OperationFailed(ILogger logger, string operation, long durationMs, string code);

    [LoggerMessage(209, LogLevel.Warning, "The connection failed: {Code}. Trying again in {PauseMs} ms, {Attempt} of {Attempts}")]
    public static partial void ConnectingAgain(ILogger logger, string code, long pauseMs, int attempt, int attempts);

    [LoggerMessage(307, LogLevel.Warning, "Rolled back: {Reason}. Trying again in {PauseMs} ms, {Attempt} of {Attempts}")]
    public static partial void Retrying(ILogger logger, string reason, long pauseMs, int attempt, int attempts);

    [LoggerMessage(300, LogLevel.Information, "{Action} {Address}: done in {DurationMs} ms")]
    public static partial void ResourceDone(ILogger logger, string action, string address, long durationMs);

    [LoggerMessage(301, LogLevel.Warning, "{Action} {Address}: {Reason}")]
    public static partial void ResourceFailed(ILogger logger, string action, string address, string reason);

    [LoggerMessage(302, LogLevel.Information, "Planned {ResourceCount} resources, {ChangeCount} to change")]
    public static partial void Planned(ILogger logger, int resourceCount, int changeCount);

    [LoggerMessage(303, LogLevel.Warning, "A failure is missing in the audit log: {Reason}")]
    public static partial void FailureNotAudited(ILogger logger, string reason);

    [LoggerMessage(308, LogLevel.Information, "Migration {MigrationId}: {Action}, {StepCount} steps")]
    public static partial void MigrationDone(ILogger logger, string migrationId, string action, int stepCount);

    [LoggerMessage(309, LogLevel.Warning, "Migration {MigrationId}: {Reason}")]
    public static partial void MigrationFailed(ILogger logger, string migrationId, string reason);

    [LoggerMessage(400, LogLevel.Information, "Found {ResourceCount} of type {ResourceType}")]
    public static partial void Discovered(ILogger logger, int resourceCount, string resourceType);

    [LoggerMessage(401, LogLevel.Information, "Compared {ResourceCount} resources with the database, {DriftCount} differ")]
    public static partial void DriftDetected(ILogger logger, int resourceCount, int driftCount);

    [LoggerMessage(500, LogLevel.Debug, "{Function}: {ByteCount} bytes in")]
    public static partial void Dispatching(ILogger logger, string function, int byteCount);

    [LoggerMessage(501, LogLevel.Debug, "{Function}: {ByteCount} bytes out after {DurationMs} ms")]
    public static partial void Dispatched(ILogger logger, string function, int byteCount, long durationMs);

    [LoggerMessage(502, LogLevel.Warning, "{Function} was refused: {Reason}")]
    public static partial void CallRefused(ILogger logger, string function, string reason);

    [LoggerMessage(503, LogLevel.Error, "Provider bug in {Function}: {Trace}")]
    public static partial void Defect(ILogger logger, string function, string trace);

    [LoggerMessage(600, LogLevel.Debug, "The state now holds {ResourceCount} resources")]
    public static partial void StateKept(ILogger logger, int resourceCount);

    [LoggerMessage(601, LogLevel.Warning, "A state was refused: {Reason}")]
    public static partial void StateRefused(ILogger logger, string reason);

    [LoggerMessage(602, LogLevel.Information, "Validated {CheckedCount} resources: {ErrorCount} errors, {WarningCount} warnings")]
    public static partial void StateValidated(ILogger logger, int checkedCount, int errorCount, int warningCount);

    [LoggerMessage(700, LogLevel.Debug, "Serving on {Endpoint}")]
    public static partial void Serving(ILogger logger, string endpoint);

    [LoggerMessage(701, LogLevel.Error, "The provider cannot serve: {Reason}")]
    public static partial void CannotServe(ILogger logger, string reason);

    [LoggerMessage(702, LogLevel.Warning, "Not everything ended within {LimitMs} ms; the rest ends with the process")]
    public static partial void StoppedHard(ILogger logger, long limitMs);
}
