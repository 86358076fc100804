using System.CommandLine;
using System.Text.Json;
using Pomona.Contracts;
using Pomona.Vision.Models;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Job.Commands;

/// <summary>
/// <c>pomona model</c>: which model a run would use, and why; <c>pomona model import</c>: puts one into the cache. Where there
/// is none, it ends as a run would, with the reason.
/// </summary>
internal static class ModelCommand
{
    /// <param name="options">Where models are looked for.</param>
    public static Command Create(ModelCatalogOptions options)
    {
        var model = new Option<string?>("--model")
        {
            Description = "As of 'run': a file, zoo (the ONNX Model Zoo's MobileNetV2) or nsfwjs (npm's)",
            HelpName = "MODEL",
        };
        var output = new Option<string?>("--model-output", "--output-name")
        {
            Description = "The feature tensor, when it is not the input of the last layer",
            HelpName = "TENSOR",
            Recursive = true,
        };
        var json = new Option<bool>("--json") { Description = "Answer in JSON", Recursive = true };
        var command = new Command("model", "Show which model a run would use, and why") { model, output, json };
        command.SetAction((arguments, cancellation) => SurveyAsync(
            new ModelCatalog(options with { Output = arguments.GetValue(output) }),
            arguments.GetValue(model),
            arguments.GetValue(json),
            arguments.InvocationConfiguration,
            cancellation));

        var what = new Argument<string>("MODEL") { Description = "A file (.onnx), zoo or nsfwjs" };
        var import = new Command("import", "Put a model into the cache; runs use it unless told otherwise") { what };
        import.SetAction((arguments, cancellation) => ImportAsync(
            new ModelCatalog(options with
            {
                Output = arguments.GetValue(output),
                Notify = work => arguments.InvocationConfiguration.Error.WriteLine($"pomona: {work}"),
            }),
            arguments.GetRequiredValue(what),
            arguments.GetValue(json),
            arguments.InvocationConfiguration,
            cancellation));
        command.Add(import);
        return command;
    }

    private static async Task<int> SurveyAsync(
        ModelCatalog catalog, string? requested, bool asJson, InvocationConfiguration console, CancellationToken cancellation)
    {
        var survey = await catalog.SurveyAsync(requested, cancellation);
        if (asJson)
            await console.Output.WriteLineAsync(JsonSerializer.Serialize(survey, ModelSurveyJson.Readable.ModelSurvey));
        else
            await WriteCandidatesAsync(console.Output, survey);
        if (survey.Chosen is null)
            throw new ModelException(survey.Why);
        if (asJson)
            return (int)ExitCode.Success;

        await console.Output.WriteLineAsync($"\nA run would use {survey.Why}");
        await WriteMetadataAsync(console.Output, survey.Chosen.Location, survey.Chosen.Metadata);
        return (int)ExitCode.Success;
    }

    private static async Task<int> ImportAsync(
        ModelCatalog catalog, string what, bool asJson, InvocationConfiguration console, CancellationToken cancellation)
    {
        var model = await catalog.ImportAsync(what, cancellation);
        if (asJson)
        {
            await console.Output.WriteLineAsync(JsonSerializer.Serialize(model.Metadata, ModelJson.Readable.ModelMetadata));
            return (int)ExitCode.Success;
        }

        await console.Output.WriteLineAsync($"Imported {model.Metadata.Name}: runs use it unless --model or POMONA_MODEL names another.");
        await WriteMetadataAsync(console.Output, model.Path, model.Metadata);
        return (int)ExitCode.Success;
    }

    private static async Task WriteCandidatesAsync(TextWriter output, ModelSurvey survey)
    {
        var width = survey.Candidates.Max(candidate => candidate.Name.Length);
        foreach (var candidate in survey.Candidates)
        {
            var mark = candidate == survey.Chosen ? '*' : ' ';
            var origin = JsonNamingPolicy.CamelCase.ConvertName(candidate.Origin.ToString());
            await output.WriteLineAsync($"{mark} {origin,-9}  {candidate.Name.PadRight(width)}  {candidate.Status}");
        }
    }

    private static async Task WriteMetadataAsync(TextWriter output, string? location, ModelMetadata? metadata)
    {
        if (location is not null)
            await output.WriteLineAsync($"  where     {location}");
        if (metadata is null)
            return;
        await output.WriteLineAsync(
            $"""
              source    {metadata.Source}
              sha256    {metadata.Sha256}
              input     {metadata.InputName}: {metadata.InputWidth} × {metadata.InputHeight} RGB, {(metadata.Layout == TensorLayout.Nhwc ? "nhwc" : "nchw")}, {metadata.Scaling.Formula}
              features  {metadata.OutputName}: {metadata.FeatureWidth}
            """);
    }
}
