namespace Kolumn.Protocol;

/// <summary>The functions of <c>CallFunction</c> that exist today, by their names on the wire (provider specification, sections 3.2 to 3.4 and 4.3).</summary>
public static class FunctionNames
{
    public const string CreateResource = "CreateResource";
    public const string ReadResource = "ReadResource";
    public const string UpdateResource = "UpdateResource";
    public const string DeleteResource = "DeleteResource";
    public const string DiscoverResources = "DiscoverResources";
    public const string Plan = "Plan";
    public const string Apply = "Apply";
    public const string GetState = "GetState";
    public const string SetState = "SetState";
    public const string Ping = "Ping";
    public const string Version = "Version";
    public const string DetectDrift = "DetectDrift";
    public const string ValidateState = "ValidateState";
    public const string GetAuditLog = "GetAuditLog";
    public const string BeginTransaction = "BeginTransaction";
    public const string CommitTransaction = "CommitTransaction";
    public const string RollbackTransaction = "RollbackTransaction";
    public const string PlanMigration = "PlanMigration";
    public const string ApplyMigration = "ApplyMigration";
    public const string RollbackMigration = "RollbackMigration";

    public const string OutboxHealthMetrics = "OutboxHealthMetrics";
    public const string OutboxCleanupRetention = "OutboxCleanupRetention";

    // Beyond the specification's own list.
    public const string BatchOperation = "BatchOperation";
    public const string DiscoverDatabase = "DiscoverDatabase";
    public const string Introspect = "Introspect";
}
