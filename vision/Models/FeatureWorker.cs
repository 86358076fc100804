using Microsoft.ML.OnnxRuntime;
using Pomona.Contracts;

namespace Pomona.Vision.Models;

/// <summary>
/// Runs a <see cref="FeatureSession"/> from one thread, one image at a time, through tensors that are bound once: a run
/// allocates nothing on the managed heap.
/// </summary>
public sealed class FeatureWorker : IDisposable
{
    private readonly InferenceSession _session;
    private readonly float[] _pixels;
    private readonly float[] _features;
    private readonly float[] _table;
    private readonly bool _planes;
    private readonly string _name;
    private readonly OrtValue _input;
    private readonly OrtValue[] _outputs;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options = new();

    internal FeatureWorker(FeatureSession session)
    {
        var metadata = session.Metadata;
        _session = session.Session;
        _name = metadata.Name;
        _pixels = new float[3 * metadata.InputWidth * metadata.InputHeight];
        _features = new float[metadata.FeatureWidth];
        _table = metadata.Scaling.Table();
        _planes = metadata.Layout == TensorLayout.Nchw;
        _input = OrtValue.CreateTensorValueFromMemory(_pixels, metadata.InputShape);
        _binding = _session.CreateIoBinding();
        _binding.BindInput(metadata.InputName, _input);
        _outputs = new OrtValue[session.Outputs.Count];
        var at = 0;
        for (var i = 0; i < _outputs.Length; i++)
        {
            var (name, shape) = session.Outputs[i];
            var width = (int)shape.Aggregate(1L, (product, length) => product * length);
            _outputs[i] = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _features.AsMemory(at, width), shape);
            _binding.BindOutput(name, _outputs[i]);
            at += width;
        }
    }

    /// <summary>Computes one image's features.</summary>
    /// <param name="rgb">The image at the model's size: red, green, blue of each pixel, row by row; W * H * 3 bytes.</param>
    /// <param name="features">Receives <see cref="ModelMetadata.FeatureWidth"/> numbers.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    /// <exception cref="ModelException">ONNX Runtime could not run it.</exception>
    public void Run(ReadOnlySpan<byte> rgb, Span<float> features)
    {
        if (rgb.Length != _pixels.Length)
            throw new ArgumentException($"An image has {_pixels.Length} bytes, not {rgb.Length}.", nameof(rgb));
        if (features.Length != _features.Length)
            throw new ArgumentException($"An image has {_features.Length} features, not {features.Length}.", nameof(features));

        if (_planes)
            FillPlanes(rgb);
        else
            FillPixels(rgb);
        try
        {
            _session.RunWithBinding(_options, _binding);
        }
        catch (OnnxRuntimeException cause)
        {
            throw new ModelException(
                $"The model {_name} failed on an image ({Printable.Excerpt(cause.Message, 300)}): give another one with --model, or choose "
                + "fewer --threads where memory ran out.",
                cause);
        }

        _features.CopyTo(features);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _binding.Dispose();
        _input.Dispose();
        foreach (var output in _outputs)
            output.Dispose();
        _options.Dispose();
    }

    private void FillPixels(ReadOnlySpan<byte> rgb)
    {
        var pixels = _pixels.AsSpan(0, rgb.Length);
        ReadOnlySpan<float> red = _table.AsSpan(0, 256), green = _table.AsSpan(256, 256), blue = _table.AsSpan(512, 256);
        for (var i = 0; i + 2 < rgb.Length; i += 3)
        {
            pixels[i] = red[rgb[i]];
            pixels[i + 1] = green[rgb[i + 1]];
            pixels[i + 2] = blue[rgb[i + 2]];
        }
    }

    private void FillPlanes(ReadOnlySpan<byte> rgb)
    {
        var plane = rgb.Length / 3;
        ReadOnlySpan<float> red = _table.AsSpan(0, 256), green = _table.AsSpan(256, 256), blue = _table.AsSpan(512, 256);
        Span<float> reds = _pixels.AsSpan(0, plane), greens = _pixels.AsSpan(plane, plane), blues = _pixels.AsSpan(2 * plane, plane);
        for (var i = 0; i < plane; i++)
        {
            reds[i] = red[rgb[3 * i]];
            greens[i] = green[rgb[3 * i + 1]];
            blues[i] = blue[rgb[3 * i + 2]];
        }
    }
}
