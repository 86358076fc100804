using System.Text.Json.Nodes;
using Pomona.Local.Account;
using Pomona.Local.Processes;

namespace Pomona.Local.Moto;

/// <summary>The Python that has what the local cloud needs, either the machine's or a private virtual environment.</summary>
/// <param name="Interpreter">The interpreter.</param>
/// <param name="ModelFolder">botocore's <c>data</c> folder, with the API models.</param>
/// <param name="ScriptFolder">Where its commands are, <c>aws</c> among them.</param>
/// <param name="OfferingsFolder">moto's lists of EC2's instance types, one file a region.</param>
internal sealed record PythonEnvironment(string Interpreter, string ModelFolder, string ScriptFolder, string OfferingsFolder)
{
    /// <summary>The one version of moto that <c>patches.py</c> is checked against.</summary>
    public const string MotoVersion = "5.2.1";

    private static string Scripts => Path.Combine(AppContext.BaseDirectory, "Moto");

    /// <summary>Finds it, or makes it under <paramref name="folder"/> with pip.</summary>
    /// <exception cref="LocalCloudException">There is no Python, or pip cannot install the packages.</exception>
    public static async Task<PythonEnvironment> EnsureAsync(
        string folder, Action<string> say, CancellationToken cancellation)
    {
        // Of several that start at once, one installs: the others would find half of it.
        Directory.CreateDirectory(folder);
        using var alone = await FileLock.HoldAsync(Path.Combine(folder, "python.lock"), cancellation);
        var own = Path.Combine(folder, "python", "bin", "python3");
        foreach (var candidate in new[] { own, "python3" })
        {
            if (candidate == own && !File.Exists(own))
                continue;
            if (await ProbeAsync(candidate, cancellation) is { } found)
                return found;
        }

        say($"installing moto {MotoVersion} and the SAM translator into {Path.Combine(folder, "python")} (once)");
        await RunAsync("python3", ["-m", "venv", Path.Combine(folder, "python")], cancellation);
        // Made by ./pomona pin, where there is one: these very files.
        var locked = Path.Combine(Scripts, "requirements.lock");
        string[] wanted = File.Exists(locked) ? ["--require-hashes", "-r", locked] : ["-r", Path.Combine(Scripts, "requirements.txt")];
        await RunAsync(own, ["-m", "pip", "install", "--quiet", .. wanted], cancellation);
        return await ProbeAsync(own, cancellation) ?? throw new LocalCloudException(
            $"pip installed other versions than {Path.Combine(Scripts, "requirements.txt")} asks for: delete {folder}/python and try again.");
    }

    private static async Task<PythonEnvironment?> ProbeAsync(string interpreter, CancellationToken cancellation)
    {
        var (code, output, _) = await ExecuteAsync(interpreter, [Path.Combine(Scripts, "probe.py")], cancellation);
        if (code != 0 || JsonNode.Parse(output) is not JsonObject found)
            return null;
        return (string?)found["moto"] == MotoVersion && found["translator"] is not null && found["awscli"] is not null
            ? new PythonEnvironment(interpreter, (string)found["models"]!, (string)found["scripts"]!, (string)found["offerings"]!)
            : null;
    }

    private static async Task RunAsync(string program, string[] arguments, CancellationToken cancellation)
    {
        var (code, output, error) = await ExecuteAsync(program, arguments, cancellation);
        if (code != 0)
        {
            throw new LocalCloudException(
                $"'{program} {string.Join(' ', arguments)}' failed: the local cloud needs moto {MotoVersion}, "
                + "aws-sam-translator and awscli from PyPI. Install them for python3 yourself where pip has no network, "
                + $"or try again with one.\n{Contracts.Printable.Excerpt((error + output).Trim(), 600)}");
        }
    }

    private static async Task<FinishedProgram> ExecuteAsync(
        string program, string[] arguments, CancellationToken cancellation)
    {
        try
        {
            return await FinishedProgram.RunAsync(program, arguments, cancellation);
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            throw new LocalCloudException($"{program} is not on the PATH: install Python 3.10 or later (python.org).", fault);
        }
    }
}
