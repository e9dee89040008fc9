using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;

namespace Kolumn.Sdk.Tests.Folders;

/// <summary>
/// A database made of files: each object is <c>kind~name.json</c> in a folder. A transactional session keeps its changes aside
/// until it commits; one that is not writes at once.
/// </summary>
internal sealed class FolderSession(string root, bool transactional, FolderConnection connection) : ITransactionSession, IContinuingSession
{
    private Dictionary<string, string?> _pending = new(StringComparer.Ordinal);
    private Dictionary<string, string?> _saved = new(StringComparer.Ordinal);

    public int Reads { get; private set; }

    public Task ExecuteAsync(IReadOnlyList<Statement> statements, CancellationToken cancellationToken)
    {
        for (var index = 0; index < statements.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (connection.Obstacles.TryDequeue(out var obstacle))
            {
                throw new StatementFailedException(index, obstacle);
            }

            try
            {
                Run(JsonNode.Parse(statements[index].Text)!.AsObject());
            }
            catch (IOException refused)
            {
                throw new StatementFailedException(index, Diagnostic.Error(DiagnosticCodes.Operation, refused.Message), refused);
            }
        }

        return Task.CompletedTask;
    }

    public Task BeginAsync(CancellationToken cancellationToken)
    {
        RequireFolder();
        _pending.Clear();
        connection.Trace.Add("begin");
        return Task.CompletedTask;
    }

    public async Task ExecuteAloneAsync(Statement statement, CancellationToken cancellationToken)
    {
        connection.Trace.Add($"alone {JsonNode.Parse(statement.Text)!["do"]} {JsonNode.Parse(statement.Text)!["name"]}");
        if (connection.Storms.TryDequeue(out var storm) && storm is not null)
        {
            throw new StatementFailedException(0, storm);
        }

        _pending.Clear();
        await ExecuteAsync([statement], cancellationToken);
        foreach (var (file, content) in _pending)
        {
            Store(file, content);
        }

        _pending.Clear();
    }

    public Task CommitAsync(CancellationToken cancellationToken)
    {
        RequireFolder();
        connection.Trace.Add("commit");
        foreach (var (file, content) in _pending)
        {
            Store(file, content);
        }

        _pending.Clear();
        return Task.CompletedTask;
    }

    public Task SaveAsync(CancellationToken cancellationToken)
    {
        RequireFolder();
        _saved = new(_pending, StringComparer.Ordinal);
        return Task.CompletedTask;
    }

    public Task RestoreAsync(CancellationToken cancellationToken)
    {
        RequireFolder();
        _pending = new(_saved, StringComparer.Ordinal);
        return Task.CompletedTask;
    }

    public IReadOnlyList<JsonObject> ReadAll(string kind, IReadOnlyCollection<string>? names)
    {
        Reads++;
        return
        [
            .. Files(kind)
                .Select(f => Parse(f, Content(f)!))
                .Where(d => names?.Contains(d["name"]!.GetValue<string>()) ?? true),
        ];
    }

    public void Run(JsonObject statement)
    {
        var file = $"{statement["kind"]}~{statement["name"]}.json";
        var definition = statement["definition"]?.ToJsonString();
        var exists = Content(file) is not null;
        switch (statement["do"]!.GetValue<string>())
        {
            case "create" when exists:
                throw new IOException($"{file} exists");
            case "alter" or "drop" when !exists:
                throw new IOException($"{file} does not exist");
            case "create" when file.Contains('/', StringComparison.Ordinal):
                throw new IOException($"{file} is in no folder");
            case "drop" when NeededBy(statement) is { } dependant:
                throw new IOException($"{file} is needed by {dependant}");
            case "alter" when NeededBy(statement) is { } poem && poem.StartsWith("poem~", StringComparison.Ordinal):
                throw new IOException($"{file} is quoted by {poem}");
        }

        if (Missing(statement) is { } missing)
        {
            throw new IOException($"{file} answers {missing}, which does not exist");
        }

        if (transactional)
        {
            _pending[file] = definition;
        }
        else
        {
            Store(file, definition);
        }
    }

    private string? Missing(JsonObject statement) => statement["kind"]!.GetValue<string>() != "letter"
        ? null
        : (statement["definition"]?["after"] as JsonArray ?? [])
            .Select(a => a!.GetValue<string>())
            .FirstOrDefault(a => a != statement["name"]!.GetValue<string>() && Content($"letter~{a}.json") is null);

    /// <summary>Like a real database, the folder keeps what others refer to.</summary>
    private string? NeededBy(JsonObject statement)
    {
        var (kind, name) = (statement["kind"]!.GetValue<string>(), statement["name"]!.GetValue<string>());
        string[] kinds = kind switch { "note" => ["note", "poem"], "blob" => ["blob"], "letter" => ["letter"], _ => [] };
        return kinds
            .SelectMany(k => Files(k).Select(f => (File: f, Definition: JsonNode.Parse(Content(f)!)!.AsObject())))
            .Where(f => f.Definition["name"]!.GetValue<string>() != name || !f.File.StartsWith(kind, StringComparison.Ordinal))
            .Where(f => (f.Definition["after"] as JsonArray ?? []).Any(a => a!.GetValue<string>() == name))
            .Select(f => f.File)
            .FirstOrDefault();
    }

    private IEnumerable<string> Files(string kind) => Directory.GetFiles(root, $"{kind}~*.json")
        .Select(f => Path.GetFileName(f)!)
        .Union(_pending.Keys)
        .Where(f => f.StartsWith(kind + "~", StringComparison.Ordinal) && Content(f) is not null)
        .Order(StringComparer.Ordinal);

    public ValueTask DisposeAsync()
    {
        _pending.Clear();
        return ValueTask.CompletedTask;
    }

    private void RequireFolder()
    {
        if (!Directory.Exists(root))
        {
            throw new ProviderException(Diagnostic.Error(DiagnosticCodes.Connection, $"the folder {root} is gone"));
        }
    }

    private static JsonObject Parse(string file, string content)
    {
        try
        {
            return JsonNode.Parse(content)!.AsObject();
        }
        catch (JsonException unreadable)
        {
            throw new ProviderException(Diagnostic.Error(DiagnosticCodes.Operation, $"{file} is not understood", "Mend it."), unreadable);
        }
    }

    private string? Content(string file) => _pending.TryGetValue(file, out var content) ? content
        : File.Exists(Path.Combine(root, file)) ? File.ReadAllText(Path.Combine(root, file))
        : null;

    private void Store(string file, string? content)
    {
        if (content is null)
        {
            File.Delete(Path.Combine(root, file));
        }
        else
        {
            File.WriteAllText(Path.Combine(root, file), content);
        }
    }
}
