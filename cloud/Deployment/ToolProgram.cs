using Pomona.Cloud.Account;
using Pomona.CommandLine;
using Pomona.Contracts;

namespace Pomona.Cloud.Deployment;

/// <summary>One of the programs that a deployment needs, run as a person would run it in the repository.</summary>
/// <param name="Program">The program: a path, or a name that the PATH leads to.</param>
/// <param name="Words">Its words.</param>
/// <param name="Environment">What is different in its environment; null takes a variable away.</param>
internal sealed record ToolProgram(string Program, IReadOnlyList<string> Words, IReadOnlyDictionary<string, string?> Environment)
{
    /// <summary>The repository's folder, where they all run.</summary>
    /// <exception cref="PomonaException">The program was not started by <c>./pomona</c>.</exception>
    public static string Root => PomonaRoot.Of(System.Environment.GetEnvironmentVariable);

    /// <summary>Runs it to its end.</summary>
    /// <param name="said">Gets each line that it writes, on either stream.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="PomonaException">There is no such program.</exception>
    public async Task<int> RunAsync(Action<string> said, CancellationToken cancellation)
    {
        using var tool = new ChildProgram(Program, Words, Environment, Root, why => $"'{Program}' cannot be started: {why}.");
        var gate = new Lock();
        await Task.WhenAll(PassAsync(tool.Output), PassAsync(tool.Error));
        return await tool.EndAsync(cancellation);

        async Task PassAsync(StreamReader lines)
        {
            while (await lines.ReadLineAsync(cancellation) is { } line)
            {
                lock (gate)
                    said(line);
            }
        }
    }

    /// <summary>The same, where only success will do.</summary>
    /// <exception cref="PomonaException">There is no such program, or it failed; its own words have said why.</exception>
    public async Task RequireAsync(Action<string> said, CancellationToken cancellation)
    {
        if (await RunAsync(said, cancellation) is not 0 and var code)
        {
            var title = string.Join(' ', [Path.GetFileName(Program), .. Words.Take(1)]);
            throw new PomonaException(ExitCode.Account, $"'{title}' ended with exit code {code}: its last lines say why; the same command goes on from there.");
        }
    }
}
