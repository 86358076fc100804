using System.CommandLine;
using Pomona.CommandLine;
using Pomona.Samples;

return await CommandLineProgram.InvokeAsync(
    new RootCommand("Draws images to try Pomona on.") { SamplesCommand.Create(TimeProvider.System) },
    args,
    new InvocationConfiguration()).ConfigureAwait(false);
