namespace Kolumn.Core;

/// <summary>The stable codes of the diagnostics that configuration, planning and state report beside the shared ones.</summary>
public static class CoreCodes
{
    public const string NoConfiguration = "NO_CONFIGURATION";
    public const string ConfigurationTooLarge = "CONFIGURATION_TOO_LARGE";
    public const string FileUnreadable = "FILE_UNREADABLE";
    public const string UnknownBlock = "UNKNOWN_BLOCK";
    public const string UnsupportedBlock = "UNSUPPORTED_BLOCK";
    public const string InvalidBlock = "INVALID_BLOCK";
    public const string DuplicateDefinition = "DUPLICATE_DEFINITION";
    public const string UnknownReference = "UNKNOWN_REFERENCE";
    public const string ReferenceCycle = "REFERENCE_CYCLE";
    public const string UndeclaredVariable = "UNDECLARED_VARIABLE";
    public const string MissingVariable = "MISSING_VARIABLE";
    public const string InvalidVariable = "INVALID_VARIABLE";
    public const string UnknownResourceType = "UNKNOWN_RESOURCE_TYPE";
    public const string MissingProvider = "MISSING_PROVIDER";
    public const string AmbiguousProvider = "AMBIGUOUS_PROVIDER";
    public const string ProviderNotFound = "PROVIDER_NOT_FOUND";
    public const string ProviderFailed = "PROVIDER_FAILED";
    public const string ProviderDefect = "PROVIDER_DEFECT";
    public const string UnknownValue = "UNKNOWN_VALUE";
    public const string DeprecatedAttribute = "DEPRECATED_ATTRIBUTE";
    public const string OutcomeUnknown = "OUTCOME_UNKNOWN";
    public const string NotInitialized = "NOT_INITIALIZED";
    public const string StateLocked = "STATE_LOCKED";
    public const string StateDamaged = "STATE_DAMAGED";
    public const string StateUnreadable = "STATE_UNREADABLE";
    public const string StateNotWritten = "STATE_NOT_WRITTEN";
    public const string HazardNotAllowed = "HAZARD_NOT_ALLOWED";
    public const string InvalidPlanFile = "INVALID_PLAN_FILE";
    public const string SensitiveLeftOut = "SENSITIVE_LEFT_OUT";
    public const string FileExists = "FILE_EXISTS";
    public const string FileNotWritten = "FILE_NOT_WRITTEN";
    public const string MigrationsUnsupported = "MIGRATIONS_UNSUPPORTED";
    public const string StreamsUnsupported = "STREAMS_UNSUPPORTED";
    public const string NothingToRelay = "NOTHING_TO_RELAY";
    public const string SinkUnusable = "SINK_UNUSABLE";
    public const string UnknownOutput = "UNKNOWN_OUTPUT";
}
