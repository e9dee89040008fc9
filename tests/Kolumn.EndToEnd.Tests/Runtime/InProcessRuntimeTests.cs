using Kolumn.Providers.Sqlite;
using Kolumn.Sdk;

namespace Kolumn.EndToEnd.Tests.Runtime;

public sealed class InProcessRuntimeTests : RuntimeContractTests
{
    public InProcessRuntimeTests() => Registry.Register("sqlite", InProcessRuntime.Factory(SqliteProvider.Define));

    protected override ValueTask StopAsync() => ValueTask.CompletedTask;
}
