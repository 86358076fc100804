using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Pomona.Contracts;

namespace Pomona.Vision.Models;

/// <summary>
/// A classifier that a run published (<see cref="PublishedModels.ImageToClass"/>), loaded to be applied: its
/// <see cref="FeatureSession"/> gives of an image the classes' probabilities and then the components, in one row.
/// </summary>
public sealed class ClassSession : IDisposable
{
    private const string NotePrefix = "pomona.";

    private ClassSession(FeatureSession session, IReadOnlyList<string> labels, int components, IReadOnlyDictionary<string, string> notes)
        => (Session, Labels, Components, Notes) = (session, labels, components, notes);

    /// <summary>The classes' names, in the order of their probabilities.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>How many numbers follow the probabilities.</summary>
    public int Components { get; }

    /// <summary>What else the run wrote into the model, as its resize filter.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; }

    /// <summary>Probabilities, then components.</summary>
    public FeatureSession Session { get; }

    /// <summary>Loads a published classifier.</summary>
    /// <param name="model">The .onnx file.</param>
    /// <param name="path">What to call it in messages.</param>
    /// <exception cref="ModelException">It is none, or does not run.</exception>
    public static ClassSession Load(byte[] model, string path)
    {
        InferenceSession? session = null;
        try
        {
            OnnxFile.Parse(model, path); // what it claims is bounded before anything is computed from it
            using var options = FeatureSession.Options(GraphOptimizationLevel.ORT_ENABLE_ALL);
            session = new InferenceSession(model, options);
            var notes = session.ModelMetadata.CustomMetadataMap;
            if (!notes.TryGetValue(PublishedModels.LabelsKey, out var labelsJson)
                || !notes.TryGetValue(ModelDescription.PropertyKey, out var described)
                || session.InputNames is not [var input] || session.OutputNames is not [var probabilities, var components])
                throw NotPublished(path);

            var labels = JsonSerializer.Deserialize(labelsJson, ModelJson.Default.IReadOnlyListString);
            var description = ModelDescription.Parse(described, path);
            if (labels is not { Count: > 0 } || description is not
                {
                    Width: { } width, Height: { } height, Layout: { } layout, Scaling: { } scaling, Features: { } count,
                }
                || !IsRowOf(session, probabilities, labels.Count) || !IsRowOf(session, components, count))
                throw NotPublished(path);

            var metadata = new ModelMetadata(
                description.Name ?? path, description.Source ?? path, "", input, probabilities, width, height, layout, scaling, labels.Count + count);
            return new ClassSession(
                new FeatureSession(session, metadata, [(probabilities, [1, labels.Count]), (components, [1, count])]),
                labels,
                count,
                notes.Where(note => note.Key.StartsWith(NotePrefix, StringComparison.Ordinal))
                    .ToDictionary(note => note.Key[NotePrefix.Length..], note => note.Value, StringComparer.Ordinal));
        }
        catch (Exception failure)
        {
            session?.Dispose();
            throw failure switch
            {
                OnnxRuntimeException cause => new ModelException(
                    $"The model {path} does not run in ONNX Runtime ({Printable.Excerpt(cause.Message, 300)}): fetch or make the run again.", cause),
                JsonException cause => NotPublished(path, cause),
                _ => failure,
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Session.Dispose();

    private static bool IsRowOf(InferenceSession session, string output, int width)
        => session.OutputMetadata[output] is { IsTensor: true, Dimensions: [_, var length] } && length == width;

    private static ModelException NotPublished(string path, Exception? cause = null) => new(
        $"{path} is not a classifier that a run of Pomona published: give --model the folder of a finished run.", cause);
}
