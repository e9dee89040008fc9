using System.Security.Cryptography;
using System.Text;

namespace Kolumn.MongoGateway;

/// <summary>Who may come in.</summary>
public sealed record Credentials(string User, string Password);

/// <summary>The server's side of SCRAM-SHA-256, https://www.rfc-editor.org/rfc/rfc7677, for one connection.</summary>
internal sealed class ScramLogin(Credentials credentials)
{
    public const string Mechanism = "SCRAM-SHA-256";

    private const int Iterations = 4096;

    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(28); // As long as that of a mongod: drivers insist on it.
    private string _firstBare = "";
    private string _serverFirst = "";
    private string _nonce = "";

    public bool IsComplete { get; private set; }

    /// <exception cref="GatewayError">Another user or password, or no step of this mechanism.</exception>
    public byte[] Continue(string name, BsonDocument body)
    {
        var payload = body["payload"] is { Type: BsonTypes.Binary } binary ? Encoding.UTF8.GetString(binary.Value.Span[5..]) : "";
        if (name == "saslStart")
        {
            var user = Part(payload, 'n');
            if (body["mechanism"]?.Text != Mechanism || user != credentials.User)
            {
                throw Failed();
            }

            _firstBare = payload[payload.IndexOf("n=", StringComparison.Ordinal)..];
            _nonce = Part(payload, 'r') + Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
            _serverFirst = $"r={_nonce},s={Convert.ToBase64String(_salt)},i={Iterations}";
            return Reply(_serverFirst, done: false);
        }

        if (IsComplete)
        {
            return Reply("", done: true);
        }

        var withoutProof = payload[..Math.Max(0, payload.LastIndexOf(",p=", StringComparison.Ordinal))];
        var exchange = Encoding.UTF8.GetBytes($"{_firstBare},{_serverFirst},{withoutProof}");
        var salted = Rfc2898DeriveBytes.Pbkdf2(credentials.Password, _salt, Iterations, HashAlgorithmName.SHA256, 32);
        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var signature = HMACSHA256.HashData(SHA256.HashData(clientKey), exchange);
        var proof = clientKey.Zip(signature, (key, sign) => (byte)(key ^ sign)).ToArray();
        if (Part(payload, 'r') != _nonce || Part(payload, 'p') != Convert.ToBase64String(proof))
        {
            throw Failed();
        }

        IsComplete = true;
        return Reply($"v={Convert.ToBase64String(HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), exchange))}", done: false);
    }

    private static string Part(string payload, char name) =>
        payload.Split(',').FirstOrDefault(p => p.StartsWith($"{name}=", StringComparison.Ordinal))?[2..] ?? "";

    private static byte[] Reply(string payload, bool done) =>
        new BsonBuilder().Add("conversationId", 1).Add("done", done).Add("payload", Encoding.UTF8.GetBytes(payload)).Add("ok", 1.0).Build();

    private static GatewayError Failed() => new(18, "AuthenticationFailed", "Authentication failed.");
}
