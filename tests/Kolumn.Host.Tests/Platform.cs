// Shell scripts, signals and /proc: the Windows launcher has tests of its own.
[assembly: System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
