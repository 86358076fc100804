using Pomona.Contracts;

namespace Pomona.Job.Models;

/// <summary>
/// The folder in which models are kept between runs: <c>models/</c> holds imported ones, each <c>name.onnx</c> with its
/// description <c>name.json</c>; <c>cut/</c> holds classifiers given by --model without their heads. Files are written aside
/// and renamed; one whose hash differs from its description does not count.
/// </summary>
internal sealed class ModelCache(string? folder)
{
    /// <summary>Where the cache is, or null when the environment names no place.</summary>
    public string? Folder { get; } = folder;

    /// <summary>Keeps a classifier's headless form.</summary>
    /// <returns>Where it is.</returns>
    /// <exception cref="ModelException">The cache cannot be written.</exception>
    public async Task<string> KeepCutAsync(FeatureModel model, CancellationToken cancellation)
    {
        var path = Path.Combine(Required(), "cut", $"{SafeName(model.Metadata.Name)}-{model.Metadata.Sha256[..16]}.onnx");
        if (File.Exists(path) && FeatureModel.Hash(await OnnxFile.ReadBytesAsync(path, cancellation)) == model.Metadata.Sha256)
            return path;
        await WriteAsync(path, model.Bytes, cancellation);
        return path;
    }

    private string Required() => Folder ?? throw new ModelException(
        "Nothing says where models are kept: set POMONA_CACHE to a folder, or HOME.");

    private static async Task WriteAsync(string path, byte[] bytes, CancellationToken cancellation)
    {
        var aside = path + "." + Path.GetRandomFileName();
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            try
            {
                await File.WriteAllBytesAsync(aside, bytes, cancellation);
                File.Move(aside, path, overwrite: true);
            }
            finally
            {
                File.Delete(aside);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(
                $"The model cache cannot be written at {path} ({Printable.Excerpt(e.Message)}): "
                + "set POMONA_CACHE to a folder that can.", e);
        }
    }

    private static string SafeName(string name)
    {
        var safe = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')).TrimStart('.');
        return safe.Length is 0 ? "model" : safe[..Math.Min(safe.Length, 80)];
    }
}
