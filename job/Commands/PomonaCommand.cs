using System.CommandLine;
using Pomona.CommandLine;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Job.Commands;

/// <summary>The job's command line: what it can be asked.</summary>
internal static class PomonaCommand
{
    /// <summary>Runs what the arguments ask for; the program's exit code.</summary>
    public static Task<int> InvokeAsync(string[] args, TimeProvider time) => InvokeAsync(
        args,
        time,
        ModelCatalogOptions.FromEnvironment(Environment.GetEnvironmentVariable),
        new InvocationConfiguration());

    /// <summary>As above, with models and outputs of the caller's.</summary>
    internal static Task<int> InvokeAsync(
        string[] args, TimeProvider time, ModelCatalogOptions models, InvocationConfiguration configuration)
        => CommandLineProgram.InvokeAsync(Root(time, models), args, configuration);

    /// <summary>All commands and their options.</summary>
    internal static RootCommand Root(TimeProvider time, ModelCatalogOptions models) => new(
        "Turns a folder of images into features, components and a report.")
    {
        RunCommand.Create(time),
        ModelCommand.Create(models),
    };
}
