namespace Kolumn.Sdk.Internal;

/// <summary>What a function that needs the database gets beside its request.</summary>
internal readonly record struct Call<TSession>(IProviderConnection<TSession> Connection, KeptState State)
    where TSession : IProviderSession;
