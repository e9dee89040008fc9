using System.Text.Json.Nodes;
using Kolumn.Core.State;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Core.Tests.State;

/// <summary>A process in the middle of an apply: it holds the lock, has recorded one resource and announced another, and waits to be killed.</summary>
internal static class StateHolder
{
    public static async Task<int> RunAsync(string directory)
    {
        var diagnostics = new DiagnosticList();
        await using var store = StateStore.Open(new StateDirectory(directory), "apply", TimeProvider.System, diagnostics);
        if (store is null)
        {
            return 1;
        }

        store.Put(Resource("done"));
        await store.BeginAsync(new StateIntent("op", [new IntendedChange("files_table.begun", ResourceActions.Create, Resource("begun"))]));
        await Console.Out.WriteLineAsync("ready");
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static ResourceInstance Resource(string name) => new()
    {
        Type = "files_table",
        Name = name,
        Provider = "files",
        Config = new JsonObject { ["name"] = name },
    };
}
