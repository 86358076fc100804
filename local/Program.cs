using System.CommandLine;
using Pomona.CommandLine;
using Pomona.Local;
using Pomona.Local.Commands;
using Pomona.Local.Demo;

var options = new CloudOptions();
var root = new RootCommand("An AWS account on this machine, and the whole pipeline in it")
{
    LocalCommands.Create(options),
    DemoCommand.Create(options, TimeProvider.System),
    FrontCommand.Create(options),
};
return await CommandLineProgram.InvokeAsync(root, args, new InvocationConfiguration(), stopped: "stopped.");
