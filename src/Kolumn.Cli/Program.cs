using Kolumn.Cli;
using Kolumn.Cli.CommandLine;
using Kolumn.Cli.Rendering;

var terminal = Terminal.OfProcess();
using var interruption = new Interruption(terminal.Error);
return await CommandTree.RunAsync(args, terminal, interruption.Token);
