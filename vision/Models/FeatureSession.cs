using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Pomona.Contracts;

namespace Pomona.Vision.Models;

/// <summary>
/// A feature model loaded once per process: one ONNX Runtime session without threads of its own, shared by one
/// <see cref="FeatureWorker"/> per thread (ONNX Runtime's Run may be called from many threads at once). With one thread per
/// core this is the fastest arrangement at batch 1 and needs the memory of one set of weights.
/// </summary>
public sealed class FeatureSession : IDisposable
{
    internal FeatureSession(InferenceSession session, ModelMetadata metadata, IReadOnlyList<(string Name, long[] Shape)> outputs)
    {
        Session = session;
        Metadata = metadata;
        Outputs = outputs;
    }

    /// <summary>What the model is and expects.</summary>
    public ModelMetadata Metadata { get; }

    internal InferenceSession Session { get; }

    /// <summary>What is computed of an image, one after the other: as many numbers together as the metadata says.</summary>
    internal IReadOnlyList<(string Name, long[] Shape)> Outputs { get; }

    /// <summary>Loads a model and runs it once, on zeros, to see that it does what its metadata says.</summary>
    /// <param name="path">A local .onnx file.</param>
    /// <param name="metadata">What it is and expects.</param>
    /// <exception cref="ModelException">The file is not a model that ONNX Runtime runs, or differs from its metadata.</exception>
    public static FeatureSession Load(string path, ModelMetadata metadata)
    {
        string sha256;
        try
        {
            using var file = File.OpenRead(path);
            sha256 = Sha256Text.Of(file);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"The model {path} cannot be read ({cause.Message.TrimEnd('.')}): give another one with --model.", cause);
        }

        // On a cluster this is a node's own copy, and every node must compute with what the run began with.
        return string.Equals(sha256, metadata.Sha256, StringComparison.OrdinalIgnoreCase)
            ? Load(path, metadata, options => new InferenceSession(path, options))
            : throw new ModelException(
                $"The model {path} has the sha256 {sha256[..12]}… here, and the run began with {metadata.Sha256[..Math.Min(12, metadata.Sha256.Length)]}…: "
                + "put the same file on every machine of the run.");
    }

    /// <summary>Loads a model that is not in a file yet; <see cref="Load(string, ModelMetadata)"/> says how.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">What to call it in messages.</param>
    /// <exception cref="ModelException">ONNX Runtime does not run it, or it differs from its metadata.</exception>
    public static FeatureSession Load(FeatureModel model, string path)
        => Load(path, model.Metadata, options => new InferenceSession(model.Bytes, options));

    /// <summary>Runs a model once, on zeros, to learn what its output is.</summary>
    /// <param name="model">The .onnx file; its output may lack a type.</param>
    /// <param name="path">What to call it in messages.</param>
    /// <param name="input">Its image input.</param>
    /// <param name="output">Its feature tensor.</param>
    /// <exception cref="ModelException">The model does not run, or its output is no tensor of fractions.</exception>
    internal static FeatureTensor Measure(byte[] model, string path, ImageInput input, string output)
    {
        var metadata = new ModelMetadata(
            "", "", "", input.Name, output, input.Width, input.Height, input.Layout, PixelScaling.ZeroToOne, 0);
        try
        {
            using var options = Options(GraphOptimizationLevel.ORT_DISABLE_ALL);
            using var session = new InferenceSession(model, options);
            return RunOnce(session, path, metadata);
        }
        catch (OnnxRuntimeException e)
        {
            throw DoesNotRun(path, e);
        }
    }

    /// <summary>A worker for one thread.</summary>
    public FeatureWorker CreateWorker() => new(this);

    /// <inheritdoc/>
    public void Dispose() => Session.Dispose();

    private static FeatureSession Load(string path, ModelMetadata metadata, Func<SessionOptions, InferenceSession> open)
    {
        InferenceSession? session = null;
        try
        {
            using var options = Options(GraphOptimizationLevel.ORT_ENABLE_ALL);
            session = open(options);
            return new FeatureSession(session, metadata, [(metadata.OutputName, Probe(session, path, metadata))]);
        }
        catch (OnnxRuntimeException e)
        {
            session?.Dispose();
            throw DoesNotRun(path, e);
        }
        catch
        {
            session?.Dispose();
            throw;
        }
    }

    internal static SessionOptions Options(GraphOptimizationLevel level) => new()
    {
        IntraOpNumThreads = 1,
        InterOpNumThreads = 1,
        ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        GraphOptimizationLevel = level,
        // What fails comes back as an exception; ONNX Runtime would also print it.
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
    };

    private static ModelException DoesNotRun(string path, OnnxRuntimeException cause) => new(
        $"The model {path} does not run in ONNX Runtime ({Printable.Excerpt(cause.Message, 300)}): "
        + "give another one with --model.", cause);

    private static long[] Probe(InferenceSession session, string path, ModelMetadata metadata)
    {
        if (!session.InputMetadata.TryGetValue(metadata.InputName, out var input) || session.InputMetadata.Count != 1)
            throw new ModelException(
                $"The model {path} has the inputs {string.Join(", ", session.InputMetadata.Keys)}, "
                + $"where its metadata says that '{metadata.InputName}' is the only one.");

        if (!session.OutputMetadata.ContainsKey(metadata.OutputName))
            throw new ModelException(
                $"The model {path} has no output '{metadata.OutputName}'; it has {string.Join(", ", session.OutputMetadata.Keys)}.");

        if (input.ElementDataType != TensorElementType.Float)
            throw new ModelException(
                $"The model {path} takes {input.ElementDataType} images; Pomona feeds float32.");

        // [1, width], or the same with axes of length 1, as global pooling leaves them.
        var features = RunOnce(session, path, metadata);
        if (!features.IsFloat)
            throw new ModelException($"The output '{metadata.OutputName}' of the model {path} is not a float32 tensor.");
        var shape = features.Shape;
        if (shape.Aggregate(1L, (product, length) => product * length) != metadata.FeatureWidth
            || shape.Count(length => length != 1) > 1 || shape is [not 1, ..])
            throw new ModelException(
                $"The output '{metadata.OutputName}' of the model {path} has the shape [{string.Join(", ", shape)}] for one "
                + $"image, where [1, {metadata.FeatureWidth}] is expected: name the feature layer with --model-output.");

        return shape;
    }

    private static FeatureTensor RunOnce(InferenceSession session, string path, ModelMetadata metadata)
    {
        var pixels = new float[3 * metadata.InputWidth * metadata.InputHeight];
        using var image = OrtValue.CreateTensorValueFromMemory(pixels, metadata.InputShape);
        using var options = new RunOptions();
        using var outputs = session.Run(options, [metadata.InputName], [image], [metadata.OutputName]);
        var features = outputs[0].IsTensor ? outputs[0].GetTensorTypeAndShape() : default;
        return features.ElementDataType is TensorElementType.Float or TensorElementType.Float16 or TensorElementType.BFloat16
            or TensorElementType.Double
            ? new FeatureTensor(features.Shape, features.ElementDataType == TensorElementType.Float)
            : throw new ModelException(
                $"The output '{metadata.OutputName}' of the model {path} is not a tensor of fractions: "
                + "name the feature layer with --model-output.");
    }
}

/// <summary>What a model's features are for one image.</summary>
/// <param name="Shape">The axes' lengths.</param>
/// <param name="IsFloat">Whether they are float32, and not another type of fractions.</param>
internal sealed record FeatureTensor(long[] Shape, bool IsFloat)
{
    /// <summary>How many numbers they are.</summary>
    public int Width => checked((int)Shape.Aggregate(1L, (product, length) => product * length));
}
