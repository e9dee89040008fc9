namespace Kolumn.MongoGateway;

/// <summary>Commands that are about the connection or the server, not about data.</summary>
internal static class ConnectionCommands
{
    /// <summary>What the extension is compatible with.</summary>
    private const string Version = "7.0.0";

    private const int WireVersion = 21;

    /// <returns>null for a command of another kind.</returns>
    public static byte[]? Answer(string name, BsonDocument body, bool asksForPasswords) => name switch
    {
        "hello" or "isMaster" or "ismaster" => Hello(body, asksForPasswords),
        "ping" or "endSessions" => new BsonBuilder().Add("ok", 1.0).Build(),
        "buildInfo" or "buildinfo" => new BsonBuilder()
            .Add("version", Version).AddArray("versionArray", [7, 0, 0, 0]).AddArray("modules", ["documentdb"]).Add("maxBsonObjectSize", 16777216).Add("ok", 1.0).Build(),
        _ => null,
    };

    // A router has transactions and no members that a driver would look for at other addresses.
    private static byte[] Hello(BsonDocument body, bool asksForPasswords)
    {
        var hello = new BsonBuilder()
            .Add("helloOk", true).Add("ismaster", true).Add("isWritablePrimary", true).Add("msg", "isdbgrid")
            .Add("maxBsonObjectSize", 16777216).Add("maxMessageSizeBytes", 48000000).Add("maxWriteBatchSize", 100000)
            .Add("localTime", TimeProvider.System.GetUtcNow()).Add("logicalSessionTimeoutMinutes", 30).Add("minWireVersion", 0).Add("maxWireVersion", WireVersion)
            .Add("readOnly", false);
        if (asksForPasswords && body["saslSupportedMechs"] is not null)
        {
            hello.AddArray("saslSupportedMechs", [ScramLogin.Mechanism]);
        }

        return hello.Add("ok", 1.0).Build();
    }
}
