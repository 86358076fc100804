using System.CommandLine;
using Pomona.CommandLine;
using Pomona.Job.Commands;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Job;

/// <summary>The job's command line: what it can be asked.</summary>
internal static class Program
{
    /// <summary>Runs what the arguments ask for; the program's exit code.</summary>
    public static Task<int> Main(string[] args) => InvokeAsync(
        args,
        TimeProvider.System,
        ModelCatalogOptions.FromEnvironment(Environment.GetEnvironmentVariable),
        new InvocationConfiguration());

    /// <summary>As <see cref="Main"/>, with clock, models and outputs of the caller's.</summary>
    internal static Task<int> InvokeAsync(
        string[] args, TimeProvider time, ModelCatalogOptions models, InvocationConfiguration configuration)
        => CommandLineProgram.InvokeAsync(Root(time, models), args, configuration);

    internal static RootCommand Root(TimeProvider time, ModelCatalogOptions models) => new(
        "Turns a folder of images into features, components and a report.")
    {
        RunCommand.Create(time),
        ApplyCommand.Create(time),
        ModelCommand.Create(models),
    };
}
