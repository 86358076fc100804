using System.CommandLine;
using Pomona.Job.Commands;

return await new RootCommand("Turns a folder of images into features, components and a report")
{
    SamplesCommand.Create(TimeProvider.System),
}.Parse(args).InvokeAsync();
