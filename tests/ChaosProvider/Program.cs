using System.Globalization;
using Kolumn.ChaosProvider;
using Kolumn.Protocol;

if (args is ["--parent", var count, var directory, var behaviours])
{
    await ParentHost.RunAsync(int.Parse(count, CultureInfo.InvariantCulture), directory, behaviours);
    return 0;
}

if (Environment.GetEnvironmentVariable(HandshakeEnvironment.CookieName) != HandshakeEnvironment.CookieValue)
{
    Console.WriteLine("This is a provider for tests that misbehaves to order: see the environment variable CHAOS in Behaviour.cs.");
    return 1;
}

var behaviour = Behaviour.FromEnvironment();
if (behaviour.Text("daemon") is { } pidFile)
{
    Misdeeds.StartDaemon(pidFile);
}

if (behaviour.Has("ignore-term"))
{
    Misdeeds.IgnoreTermination();
}

if (behaviour.Text("start") is { } action)
{
    await Misdeeds.ActAsync(action, CancellationToken.None);
}

if (behaviour.Has("mute") || behaviour.Has("nobody"))
{
    await ChaosServer.ListenMutelyAsync(close: behaviour.Has("nobody"));
    return 0;
}

await ChaosServer.RunAsync(behaviour);
return 0;
