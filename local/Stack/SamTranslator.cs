using System.Diagnostics;
using System.Text.Json.Nodes;
using Pomona.Local.Moto;

namespace Pomona.Local.Stack;

/// <summary>Translates SAM templates with AWS's own translator.</summary>
internal sealed class SamTranslator(PythonEnvironment python)
{
    /// <summary>Translates a template.</summary>
    /// <exception cref="LocalCloudException">SAM refuses it.</exception>
    public async Task<Template> TranslateAsync(string file, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(
            python.Interpreter, [Path.Combine(AppContext.BaseDirectory, "Stack", "translate.py"), file])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var error = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
            throw new LocalCloudException($"{file} cannot be translated: {(await error).Trim()}");
        return Template.Parse(JsonNode.Parse(await output)!.AsObject(), Path.GetDirectoryName(Path.GetFullPath(file))!);
    }
}
