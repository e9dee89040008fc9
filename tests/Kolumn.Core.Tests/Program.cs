using Kolumn.Core.Tests.State;
using Xunit.Runner.InProc.SystemConsole;

return args is ["hold-state", var directory] ? await StateHolder.RunAsync(directory) : await ConsoleRunner.Run(args);
