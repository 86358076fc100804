using System.CommandLine;
using Pomona.Job.Commands;
using Pomona.Job.Models;

return await new RootCommand("Turns a folder of images into features, components and a report")
{
    SamplesCommand.Create(TimeProvider.System),
    ModelCommand.Create(ModelCatalogOptions.FromEnvironment(Environment.GetEnvironmentVariable)),
}.Parse(args).InvokeAsync();
