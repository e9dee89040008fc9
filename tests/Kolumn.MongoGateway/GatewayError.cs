using Npgsql;

namespace Kolumn.MongoGateway;

/// <summary>What a client gets instead of an answer: https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml.</summary>
internal sealed class GatewayError(int code, string name, string message) : Exception(message)
{
    private static readonly Dictionary<string, (int Code, string Name)> ByState = new(StringComparer.Ordinal)
    {
        ["23505"] = (11000, "DuplicateKey"),
        ["23P01"] = (11000, "DuplicateKey"),
        ["57014"] = (11601, "Interrupted"),
        ["55P03"] = (24, "LockTimeout"),
        ["40P01"] = (112, "WriteConflict"),
        ["40001"] = (112, "WriteConflict"),
        ["42501"] = (13, "Unauthorized"),
        ["42710"] = (51003, "Location51003"),
    };

    public int Code { get; } = code;

    public string Name { get; } = name;

    public static GatewayError From(PostgresException failure)
    {
        var (code, name) = ByState.TryGetValue(failure.SqlState, out var known) ? known : DocumentDbErrors.Of(failure.SqlState);
        return new GatewayError(code, name, failure.MessageText);
    }

    public byte[] ToReply() => new BsonBuilder().Add("ok", 0.0).Add("errmsg", Message).Add("code", Code).Add("codeName", Name).Build();
}
