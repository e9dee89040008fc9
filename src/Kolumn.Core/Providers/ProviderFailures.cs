using Kolumn.Language;
using Kolumn.Protocol;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Core.Providers;

/// <summary>What can go wrong between Core and a provider, each as one diagnostic with what is known about the world.</summary>
internal static class ProviderFailures
{
    /// <param name="failure">Anything but a cancellation.</param>
    /// <param name="instance">Whose call failed.</param>
    /// <param name="doing">What was being done: <c>plan</c>, <c>start</c> …</param>
    /// <param name="world">What is known about the database now, as a sentence.</param>
    public static Diagnostic ToDiagnostic(Exception failure, string instance, string doing, string world) => failure switch
    {
        ProviderNotFoundException missing => Diagnostic.Error(
            CoreCodes.ProviderNotFound,
            $"Provider \"{missing.ProviderId}\" is not installed",
            $"{(missing.Known.Count == 0 ? "No provider is installed" : $"Installed are {string.Join(", ", missing.Known)}")}.{DidYouMean.Ask(missing.ProviderId, missing.Known)} "
            + $"Put kolumn-provider-{missing.ProviderId} beside the kolumn executable or into .kolumn/providers."),
        RuntimeFactoryException => Diagnostic.Error(
            CoreCodes.ProviderFailed, $"Provider {instance} could not be started", $"{Sentence(failure.InnerException?.Message ?? failure.Message)} {world}"),
        ProviderCallException { Failure: ProviderCallFailure.DeadlineExceeded } => Diagnostic.Error(
            DiagnosticCodes.Timeout, $"Provider {instance} did not answer in time", $"During {doing}: {Sentence(failure.Message)} {world}") with
        {
            Retryable = true,
        },
        ProviderCallException { Failure: ProviderCallFailure.UnsupportedFunction or ProviderCallFailure.InvalidRequest or ProviderCallFailure.NotConfigured } => Diagnostic.Error(
            CoreCodes.ProviderDefect, $"Provider {instance} does not keep the contract", $"During {doing}: {Sentence(failure.Message)} {world}"),
        _ => Diagnostic.Error(CoreCodes.ProviderFailed, $"Provider {instance} failed", $"During {doing}: {Sentence(failure.Message)} {world}"),
    };

    private static string Sentence(string text) => text.TrimEnd('.', ' ') + ".";
}
