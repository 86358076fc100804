using System.CommandLine;
using Pomona.Contracts;

namespace Pomona.CommandLine;

/// <summary>The end of a command that cannot wait for its own: one that has to end the process while a thread is stuck.</summary>
public static class EarlyEnd
{
    /// <summary>Says what an orderly end would have said of this failure.</summary>
    /// <param name="configuration">The one that the command was called with by <see cref="CommandLineProgram"/>.</param>
    /// <param name="failure">Why it ends.</param>
    /// <returns>The exit code that the process is to end with, at once.</returns>
    public static ExitCode Tell(InvocationConfiguration configuration, Exception failure) => ((EndedInvocation)configuration).Show(failure);
}

/// <summary>What <see cref="CommandLineProgram"/> calls its commands with.</summary>
/// <param name="show">Says of a failure what is said of it at the end.</param>
internal sealed class EndedInvocation(Func<Exception, ExitCode> show) : InvocationConfiguration
{
    public ExitCode Show(Exception failure) => show(failure);
}
