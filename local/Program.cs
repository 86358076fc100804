using System.CommandLine;
using Pomona.Local;
using Pomona.Local.Commands;
using Pomona.Local.Demo;

var options = new CloudOptions();
return await new RootCommand("An AWS account on this machine, and the whole pipeline in it")
{
    LocalCommands.Create(options),
    DemoCommand.Create(options, TimeProvider.System),
    FrontCommand.Create(options),
}.Parse(args).InvokeAsync();
