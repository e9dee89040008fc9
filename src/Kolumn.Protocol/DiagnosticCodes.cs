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

    /// <summary>What a saved plan touches has changed since it was made.</summary>
    public const string StalePlan = "STALE_PLAN";

    public const string StateVersionConflict = "STATE_VERSION_CONFLICT";

    /// <summary>There is no such transaction, or it has ended.</summary>
    public const string TransactionEnded = "TRANSACTION_ENDED";

    public const string DestroyProtected = "DESTROY_PROTECTED";
    public const string DependencyFailed = "DEPENDENCY_FAILED";
    public const string Cancelled = "CANCELLED";
    public const string Timeout = "TIMEOUT";

    /// <summary>The category of section 9.2 that a finer code belongs to: what an envelope's <c>code</c> says.</summary>
    public static string CategoryOf(string code) => code switch
    {
        Validation or Connection or Operation or State or Permission => code,
        NotConfigured => Connection,
        StalePlan or StateVersionConflict or TransactionEnded => State,
        DestroyProtected => Permission,
        DependencyFailed or Cancelled or Timeout => Operation,
        _ => Validation,
    };
}
