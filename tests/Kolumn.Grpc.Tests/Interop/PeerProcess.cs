using System.Diagnostics;
using System.Text.Json;

namespace Kolumn.Grpc.Tests.Interop;

/// <summary>A peer's process. It ends when its standard input closes; disposing sees to that, and kills it if it does not.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private PeerProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public static PeerProcess Start(string interpreter, params string[] arguments) => new(Process.Start(
        new ProcessStartInfo(interpreter, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PYTHONDONTWRITEBYTECODE"] = "1", ["PYTHONIOENCODING"] = "utf-8" },
        })!);

    /// <summary>The port of a server that says <c>listening PORT</c>.</summary>
    public async Task<int> ReadPortAsync()
    {
        var line = await ReadLineAsync();
        line.ShouldStartWith("listening ");
        return int.Parse(line["listening ".Length..], System.Globalization.CultureInfo.InvariantCulture);
    }

    public async Task<JsonElement> ReadJsonAsync() => JsonSerializer.Deserialize<JsonElement>(await ReadLineAsync());

    public async Task<string> ReadLineAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        return await _process.StandardOutput.ReadLineAsync(limit.Token)
            ?? throw new InvalidOperationException($"The peer ended without a word. Its errors: {await _errors.WaitAsync(Limit)}");
    }

    public async ValueTask DisposeAsync()
    {
        using (_process)
        {
            _process.StandardInput.Close();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }
    }
}
