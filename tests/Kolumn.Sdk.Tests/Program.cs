using Kolumn.Protocol;
using Kolumn.Sdk;
using Kolumn.Sdk.Tests.Folders;
using Xunit.Runner.InProc.SystemConsole;

// Started with a host's cookie, or asked for what a provider prints to a person, this is the folder provider. Otherwise it runs the tests.
return Environment.GetEnvironmentVariable(HandshakeEnvironment.CookieName) is not null || args is ["provider", ..]
    ? await ProviderServer.RunAsync(FolderProvider.Define(transactional: true).Add("note", new NoteHandler()), [.. args.Skip(1)])
    : await ConsoleRunner.Run(args);
