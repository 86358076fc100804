using Google.Protobuf;
using Pomona.Contracts;
using Pomona.Vision.Models.Onnx;

namespace Pomona.Vision.Models;

/// <summary>Reads ONNX files: whole, in one file, with a graph that has inputs and outputs; and writes their metadata.</summary>
internal static class OnnxFile
{
    /// <summary>Reads the bytes of a model file.</summary>
    /// <exception cref="ModelException">There is no such file, or it cannot be read.</exception>
    public static async Task<byte[]> ReadBytesAsync(string path, CancellationToken cancellation)
    {
        if (!File.Exists(path))
            throw new ModelException(Directory.Exists(path)
                ? $"{path} is a folder, where a model file (.onnx) is expected."
                : $"There is no model file {path}: check the path given by --model or POMONA_MODEL.");
        try
        {
            return await File.ReadAllBytesAsync(path, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"The model file {path} cannot be read ({Printable.Excerpt(e.Message)}).", e);
        }
    }

    /// <param name="bytes">The file's content.</param>
    /// <param name="name">What to call it in messages: its path.</param>
    /// <exception cref="ModelException">It is not ONNX, or keeps its weights in other files.</exception>
    public static ModelProto Parse(byte[] bytes, string name)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw NotOnnx(name, e);
        }

        if (model.IrVersion <= 0 || model.Graph is not { Node.Count: > 0, Output.Count: > 0 })
            throw NotOnnx(name, null);

        OnnxBounds.Require(model, name);
        return model;
    }

    /// <summary>
    /// Sets a metadata property. Keys are unique in ONNX, also those of imported files that had one twice: the last one's
    /// value counts, as readers have it that fill a dictionary.
    /// </summary>
    public static void SetProperty(ModelProto model, string key, string value)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in model.MetadataProps)
            properties[property.Key] = property.Value;
        properties[key] = value;
        model.MetadataProps.Clear();
        model.MetadataProps.AddRange(
            properties.Select(property => new StringStringEntryProto { Key = property.Key, Value = property.Value }));
    }

    private static ModelException NotOnnx(string name, Exception? cause)
    {
        var message = $"{name} is not an ONNX model, or only a part of one: give a file that onnx.checker accepts.";
        return cause is null ? new ModelException(message) : new ModelException(message, cause);
    }
}
