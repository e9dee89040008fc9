using Kolumn.MongoDb;
using Kolumn.Protocol;

namespace Kolumn.Providers.Mongo.Database;

/// <summary>
/// What failures of driver and server mean to a user. The only place that knows the server's numbers:
/// https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml.
/// </summary>
internal static class MongoErrors
{
    public const int NamespaceNotFound = 26;
    public const int CommandNotFound = 59;
    public const int CommandNotSupportedOnView = 166;
    public const int CommandNotSupported = 115;

    /// <param name="command">What was being run, when it was a change; without secrets.</param>
    public static Diagnostic Describe(MongoException failure, string? command = null)
    {
        var shown = command is null ? null : $"The command: {(command.Length <= 500 ? command : command[..500] + "…")}";
        return (failure.Failure switch
        {
            MongoFailure.Library => Diagnostic.Error(DiagnosticCodes.Connection, "the MongoDB C driver is not installed", failure.Message),
            MongoFailure.Input => Diagnostic.Error(DiagnosticCodes.InvalidValue, failure.Message, shown),
            MongoFailure.NoServer => Retryable(Diagnostic.Error(
                DiagnosticCodes.Connection, $"no MongoDB server can be reached: {failure.Message}", "Check host, port, TLS and replica set name of connection_string, and that the server runs.")),
            MongoFailure.Lost => Retryable(Diagnostic.Error(
                DiagnosticCodes.Connection, $"the connection to MongoDB was lost: {failure.Message}", "Whether the last command took effect is not known: plan again to see.")),
            MongoFailure.Authentication => Diagnostic.Error(
                DiagnosticCodes.Connection, $"MongoDB refuses the login: {failure.Message}", "Check user, password and authSource of connection_string."),
            MongoFailure.WriteConcern => Diagnostic.Error(
                DiagnosticCodes.Operation, $"the change was made, but not on as many servers as the write concern asks for: {failure.Message}", "It may be rolled back when the primary fails. Check the replica set, then plan again."),
            _ => Refused(failure, shown),
        }) with
        {
            EngineCode = failure.CodeName ?? (failure.Code == 0 ? null : failure.Code.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        };
    }

    private static Diagnostic Refused(MongoException failure, string? command) => failure.Code switch
    {
        10107 or 13435 or 11602 or 189 or 91 => Retryable(Diagnostic.Error(
            DiagnosticCodes.Connection, $"this server is not the primary, or not any more: {failure.Message}", "Name the replica set in connection_string, so that the primary is found, and try again.")),
        13 => Diagnostic.Error(DiagnosticCodes.Permission, $"the user may not do this: {failure.Message}", Join("Grant it a role that may.", command)),
        24 or 46 or 50 or 112 => Retryable(Diagnostic.Error(DiagnosticCodes.Operation, $"MongoDB gave up waiting: {failure.Message}", Join("Somebody else holds a lock or changes the same. Try again.", command))),
        11601 => Diagnostic.Error(DiagnosticCodes.Operation, $"the command was stopped on the server: {failure.Message}", command),
        11000 => Diagnostic.Error(
            DiagnosticCodes.Operation, $"documents in the collection have the same values: {failure.Message}", Join("A unique index needs each of them once. Correct those documents first, then apply again.", command)),
        121 => Diagnostic.Error(DiagnosticCodes.Operation, $"a document does not pass the validator: {failure.Message}", Join("Correct the document or the validator.", command)),
        CommandNotFound or CommandNotSupported => Diagnostic.Error(
            DiagnosticCodes.Operation, $"this server cannot do that: {failure.Message}", Join("It is of a version or kind without this feature. Remove it from the configuration, or use another server.", command)),
        _ => Diagnostic.Error(DiagnosticCodes.Operation, $"MongoDB refuses: {failure.Message}", command),
    };

    private static string Join(string advice, string? command) => command is null ? advice : $"{advice} {command}";

    private static Diagnostic Retryable(Diagnostic diagnostic) => diagnostic with { Retryable = true };
}
