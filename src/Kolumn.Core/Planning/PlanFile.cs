using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Kolumn.Core.State;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Core.Planning;

/// <summary>
/// A saved plan: signed JSON, 0600. It holds what will be done and fingerprints of what was asked, never the configuration
/// itself, so that no secret gets into it; applying it evaluates the configuration again and compares.
/// </summary>
public static class PlanFile
{
    private const int CurrentVersion = 1;

    private const long MaxBytes = 1024L * 1024 * 1024;

    /// <exception cref="IOException">The place cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public static void Write(string path, ProjectPlan plan)
    {
        var document = new PlanDocument
        {
            CreatedAt = plan.CreatedAt,
            Destroy = plan.IsDestroy,
            Lineage = plan.Lineage,
            Serial = plan.Serial,
            Variables = plan.Variables,
            Batches = [.. plan.Batches.Select(b => new BatchDocument(b.Instance, b.RequestHash, PayloadJson.ToNode(b.Plan)))],
            Deferred = plan.Deferred,
            Outputs = plan.Outputs,
        };
        DurableFile.Replace(Path.GetFullPath(path), SignedJson.Sign(JsonSerializer.SerializeToUtf8Bytes(document, PlanJson.Readable.PlanDocument)));
    }

    /// <summary>The plan, or null with a diagnostic when the file is missing, edited, damaged or of a newer version.</summary>
    public static ProjectPlan? Read(string path, out IReadOnlyList<Diagnostic> diagnostics)
    {
        var plan = Read(path, out Diagnostic? fault);
        diagnostics = fault is null ? [] : [fault];
        return plan;
    }

    private static ProjectPlan? Read(string path, out Diagnostic? fault)
    {
        try
        {
            fault = null;
            if (DurableFile.Read(path, MaxBytes) is not { } file)
            {
                fault = Fault("There is no such plan file", $"\"{path}\" does not exist. Make it with plan -o {path}.");
                return null;
            }

            if (SignedJson.Verify(file) != true)
            {
                fault = Fault("The plan file has been edited or damaged", $"\"{path}\" does not match its checksum. Make a new one with plan -o {path}.");
                return null;
            }

            var document = JsonSerializer.Deserialize(file, PlanJson.Readable.PlanDocument)!;
            if (document.Version != CurrentVersion)
            {
                fault = Fault("The plan file is of another version", $"\"{path}\" has version {document.Version}, this Kolumn reads {CurrentVersion}. Make a new one with plan -o {path}.");
                return null;
            }

            return new ProjectPlan
            {
                CreatedAt = document.CreatedAt,
                IsDestroy = document.Destroy,
                Lineage = document.Lineage,
                Serial = document.Serial,
                Variables = document.Variables,
                Batches = [.. document.Batches.Select(b => new PlannedBatch(b.Instance, PayloadJson.FromNode<RuntimePlan>(b.Plan!)) { RequestHash = b.RequestHash })],
                Deferred = document.Deferred,
                Outputs = document.Outputs,
            };
        }
        catch (JsonException e)
        {
            fault = Fault("Not a plan file", $"\"{path}\": {e.Message} Make one with plan -o {path}.");
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault = Fault("The plan file cannot be read", $"\"{path}\": {e.Message}.");
            return null;
        }
    }

    private static Diagnostic Fault(string summary, string detail) => Diagnostic.Error(CoreCodes.InvalidPlanFile, summary, detail);

    internal sealed record PlanDocument
    {
        public int Version { get; init; } = CurrentVersion;

        public DateTimeOffset CreatedAt { get; init; }

        public bool Destroy { get; init; }

        public string Lineage { get; init; } = "";

        public long Serial { get; init; }

        public IReadOnlyDictionary<string, JsonNode?> Variables { get; init; } = new Dictionary<string, JsonNode?>();

        public IReadOnlyList<BatchDocument> Batches { get; init; } = [];

        public IReadOnlyList<DeferredResource> Deferred { get; init; } = [];

        public IReadOnlyList<PlannedOutput> Outputs { get; init; } = [];
    }

    internal sealed record BatchDocument(string Instance, string RequestHash, JsonNode? Plan);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    AllowDuplicateProperties = false,
    MaxDepth = 128)]
[JsonSerializable(typeof(PlanFile.PlanDocument))]
internal sealed partial class PlanJsonContext : JsonSerializerContext;

internal static class PlanJson
{
    public static PlanJsonContext Readable { get; } = new(new JsonSerializerOptions(PlanJsonContext.Default.Options)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
