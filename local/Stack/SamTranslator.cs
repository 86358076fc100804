using System.Text.Json.Nodes;
using Pomona.Local.Moto;
using Pomona.Local.Processes;

namespace Pomona.Local.Stack;

/// <summary>Translates SAM templates with AWS's own translator.</summary>
internal sealed class SamTranslator(PythonEnvironment python)
{
    /// <summary>Translates a template.</summary>
    /// <exception cref="LocalCloudException">SAM refuses it.</exception>
    public async Task<Template> TranslateAsync(string file, CancellationToken cancellation)
    {
        var translated = await FinishedProgram.RunAsync(
            python.Interpreter, [Path.Combine(AppContext.BaseDirectory, "Stack", "translate.py"), file], cancellation);
        if (translated.Code != 0)
            throw new LocalCloudException($"{file} cannot be translated: {translated.Error.Trim()}");
        return Template.Parse(JsonNode.Parse(translated.Output)!.AsObject(), Path.GetDirectoryName(Path.GetFullPath(file))!);
    }
}
