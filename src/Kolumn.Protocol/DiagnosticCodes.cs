namespace Kolumn.Protocol;

/// <summary>
/// The codes that more than one project uses. The first five are the error categories of the provider specification,
/// section 9.2; an envelope's <c>code</c> is always one of them, and the finer reason travels in <c>details.reason</c>.
/// </summary>
public static class DiagnosticCodes
{
    public const string Validation = "VALIDATION_ERROR";
    public const string Connection = "CONNECTION_ERROR";
    public const string Operation = "OPERATION_ERROR";
    public const string State = "STATE_ERROR";
    public const string Permission = "PERMISSION_ERROR";

    public const string NotConfigured = "NOT_CONFIGURED";
    public const string InvalidRequest = "INVALID_REQUEST";
    public const string MissingResourceType = "MISSING_RESOURCE_TYPE";
    public const string InvalidResourceType = "INVALID_RESOURCE_TYPE";
    public const string UnknownAttribute = "UNKNOWN_ATTRIBUTE";
    public const string MissingAttribute = "MISSING_ATTRIBUTE";
    public const string WrongType = "WRONG_TYPE";
    public const string InvalidValue = "INVALID_VALUE";
    public const string DependencyCycle = "DEPENDENCY_CYCLE";
    public const string DuplicateResource = "DUPLICATE_RESOURCE";

    /// <summary>An object of that name exists, is not in the state and differs from the configuration.</summary>
    public const string AdoptionConflict = "ADOPTION_CONFLICT";

    /// <summary>What <c>renamed_from</c> says does not fit what exists.</summary>
    public const string RenameConflict = "RENAME_CONFLICT";

    /// <summary>What a saved plan touches has changed since it was made.</summary>
    public const string StalePlan = "STALE_PLAN";

    public const string StateVersionConflict = "STATE_VERSION_CONFLICT";

    /// <summary>There is no such transaction, or it has ended.</summary>
    public const string TransactionEnded = "TRANSACTION_ENDED";

    /// <summary>A migration of that id was applied and did something else.</summary>
    public const string MigrationChanged = "MIGRATION_CHANGED";

    /// <summary>The ledger knows no migration of that id.</summary>
    public const string MigrationUnknown = "MIGRATION_UNKNOWN";

    /// <summary>Nothing undoes a step of the migration.</summary>
    public const string Irreversible = "IRREVERSIBLE";

    /// <summary>What a migration needs to be true is not.</summary>
    public const string PrecheckFailed = "PRECHECK_FAILED";

    public const string DestroyProtected = "DESTROY_PROTECTED";
    public const string DependencyFailed = "DEPENDENCY_FAILED";
    public const string Cancelled = "CANCELLED";
    public const string Timeout = "TIMEOUT";

    /// <summary>The category of section 9.2 that a finer code belongs to: what an envelope's <c>code</c> says.</summary>
    public static string CategoryOf(string code) => code switch
    {
        Validation or Connection or Operation or State or Permission => code,
        NotConfigured => Connection,
        StalePlan or StateVersionConflict or TransactionEnded or MigrationChanged or MigrationUnknown => State,
        DestroyProtected => Permission,
        DependencyFailed or Cancelled or Timeout or Irreversible or PrecheckFailed => Operation,
        _ => Validation,
    };
}
