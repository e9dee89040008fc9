using Kolumn.Protocol.Runtime;

namespace Kolumn.Protocol.Tests;

public sealed class RuntimeRegistryTests
{
    private static readonly RuntimeFactory Unreachable = _ => throw new InvalidOperationException("connection refused");

    private readonly RuntimeRegistry _registry = new();

    [Fact]
    public void Register_EmptyIdOrNoFactory_IsRefused()
    {
        Should.Throw<ArgumentException>(() => _registry.Register("", Unreachable));
        Should.Throw<ArgumentException>(() => _registry.Register(" ", Unreachable));
        Should.Throw<ArgumentNullException>(() => _registry.Register("postgres", null!));
        _registry.List().ShouldBeEmpty();
    }

    [Fact]
    public void Register_SameIdTwice_IsRefusedAndTheFirstStays()
    {
        _registry.Register("postgres", Unreachable);

        Should.Throw<ArgumentException>(() => _registry.Register("postgres", Unreachable)).Message.ShouldContain("\"postgres\" is registered already");
        _registry.List().ShouldBe(["postgres"]);
    }

    [Fact]
    public async Task Lookup_Unknown_NamesItAndWhatIsKnown()
    {
        _registry.Register("sqlite", Unreachable);

        var failure = await Should.ThrowAsync<ProviderNotFoundException>(() => _registry.LookupAsync("postgres", TestContext.Current.CancellationToken));

        failure.Message.ShouldBe("provider \"postgres\" not found");
        failure.Known.ShouldBe(["sqlite"]);
    }

    [Fact]
    public async Task Lookup_FactoryFails_WrapsTheCause()
    {
        _registry.Register("sqlite", Unreachable);

        var failure = await Should.ThrowAsync<RuntimeFactoryException>(() => _registry.LookupAsync("sqlite", TestContext.Current.CancellationToken));

        failure.ProviderId.ShouldBe("sqlite");
        failure.InnerException.ShouldBeOfType<InvalidOperationException>();
        failure.Message.ShouldContain("connection refused");
    }

    [Fact]
    public void List_Several_IsSortedAndClearForgets()
    {
        _registry.Register("sqlite", Unreachable);
        _registry.Register("postgres", Unreachable);

        _registry.List().ShouldBe(["postgres", "sqlite"]);
        _registry.Clear();
        _registry.List().ShouldBeEmpty();
    }
}
