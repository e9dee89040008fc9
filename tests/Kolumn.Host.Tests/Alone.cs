namespace Kolumn.Host.Tests;

/// <summary>Tests that count what belongs to the whole process, or need the whole machine: one after the other, after all others.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
