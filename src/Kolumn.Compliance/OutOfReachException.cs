namespace Kolumn.Compliance;

/// <summary>A check cannot go on: what stopped it is a finding, or the configuration's fault, already.</summary>
internal sealed class OutOfReachException(string why) : Exception(why);
