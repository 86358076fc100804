using System.CommandLine;
using Pomona.Cloud.Account;
using Pomona.Cloud.Commands;
using Pomona.CommandLine;

namespace Pomona.Cloud;

/// <summary>A person's command line: what can be asked of the account that Pomona's stack is in.</summary>
internal static class Program
{
    /// <summary>Runs what the arguments ask for; the program's exit code.</summary>
    public static Task<int> Main(string[] args) => CommandLineProgram.InvokeAsync(Root(TimeProvider.System), args, new InvocationConfiguration());

    internal static RootCommand Root(TimeProvider time) => new("Works with Pomona's stack in an AWS account, or in the local one")
    {
        CloudCommands.Create(new AccountOptions(), time),
    };
}
