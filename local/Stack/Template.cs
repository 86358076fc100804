using System.Text.Json.Nodes;
using Pomona.Local.Account;
using Pomona.Local.Moto;
using Pomona.Local.Processes;

namespace Pomona.Local.Stack;

/// <summary>A CloudFormation template, already translated from SAM.</summary>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Conditions">Its conditions.</param>
/// <param name="Resources">Its resources.</param>
/// <param name="Outputs">Its outputs.</param>
/// <param name="Folder">The folder that the template's own paths are relative to.</param>
internal sealed record Template(
    JsonObject Parameters, JsonObject Conditions, JsonObject Resources, JsonObject Outputs, string Folder)
{
    // Everything else at a template's top level would change what is created, so it must not be skipped in silence.
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Conditions", "Resources", "Outputs",
    };

    /// <summary>Reads a translated template.</summary>
    /// <exception cref="LocalCloudException">It has a section that the local cloud does not know.</exception>
    public static Template Parse(JsonObject document, string folder)
    {
        foreach (var (section, _) in document)
        {
            if (!Known.Contains(section))
                throw new LocalCloudException($"the template has a section '{section}', which the local cloud does not know.");
        }

        return new Template(
            document["Parameters"] as JsonObject ?? [],
            document["Conditions"] as JsonObject ?? [],
            document["Resources"]!.AsObject(),
            document["Outputs"] as JsonObject ?? [],
            folder);
    }
}

/// <summary>Translates SAM templates with AWS's own translator.</summary>
internal sealed class SamTranslator(PythonEnvironment python)
{
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
