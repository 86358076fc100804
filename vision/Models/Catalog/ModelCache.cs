using System.Text;
using Pomona.Contracts;

namespace Pomona.Vision.Models.Catalog;

/// <summary>
/// The folder in which models are kept between runs: <c>models/</c> holds imported ones, each <c>name.onnx</c> with its
/// description <c>name.json</c>; <c>cut/</c> holds classifiers given by --model without their heads. Files are written aside
/// and renamed; one whose hash differs from its description does not count. <c>models/preferred</c> names the model that was
/// imported last: runs use it unless told otherwise. A file that is no model as the cache wrote it, because it is damaged or
/// somebody else's, is never replaced: it is set aside under its name and <c>.set-aside-…</c>.
/// </summary>
internal sealed class ModelCache(string? folder)
{
    private const int LongestName = 80;

    /// <summary>Where the cache is, or null when the environment names no place.</summary>
    public string? Folder { get; } = folder;

    /// <summary>Keeps a classifier's headless form.</summary>
    /// <returns>Where it is.</returns>
    /// <exception cref="ModelException">The cache cannot be written.</exception>
    public async Task<string> KeepCutAsync(FeatureModel model, CancellationToken cancellation)
    {
        var path = Path.Combine(Required(), "cut", $"{SafeName(model.Metadata.Name)}-{model.Metadata.Sha256[..16]}.onnx");
        if (File.Exists(path) && Sha256Text.Of(await OnnxFile.ReadBytesAsync(path, cancellation)) == model.Metadata.Sha256)
            return path;
        await WriteAsync(path, model.Bytes, isOwn: false, cancellation);
        return path;
    }

    /// <summary>Keeps an imported model under a name of its own.</summary>
    /// <param name="name">The name; an earlier model of that name is replaced.</param>
    /// <param name="model">The model.</param>
    /// <param name="sourceSha256">Of what it was made from.</param>
    /// <param name="cancellation">Ends the writing; nothing half-written stays.</param>
    /// <exception cref="ModelException">The cache cannot be written.</exception>
    public async Task<CachedModel> KeepAsync(
        string name, FeatureModel model, string sourceSha256, CancellationToken cancellation)
    {
        var path = PathOf(name);
        var isOwn = await FindAsync(name, cancellation) is not null;
        await WriteAsync(path, model.Bytes, isOwn, cancellation);
        // Last: only a description makes a model count.
        var description = Encoding.UTF8.GetBytes(model.Describe(sourceSha256).ToJson() + "\n");
        await WriteAsync(ModelDescription.SidecarOf(path), description, isOwn, cancellation);
        return new CachedModel(SafeName(name), path, model.Metadata, sourceSha256);
    }

    /// <summary>The model of a name; null when it is not there, or damaged.</summary>
    public async Task<CachedModel?> FindAsync(string name, CancellationToken cancellation)
    {
        if (Folder is null || !File.Exists(PathOf(name)))
            return null;
        try
        {
            var path = PathOf(name);
            var bytes = await OnnxFile.ReadBytesAsync(path, cancellation);
            var description = await ModelDescription.ReadSidecarAsync(path, cancellation);
            if (description?.Sha256 is null || description.Sha256 != Sha256Text.Of(bytes))
                return null;

            var model = FeatureModel.Prepare(bytes, path, description, null);
            return model.IsUnchanged
                ? new CachedModel(
                    SafeName(name), path, model.Metadata with { Source = description.Source ?? name }, description.SourceSha256)
                : null;
        }
        catch (ModelException)
        {
            // Whatever is wrong with it, it can be imported again.
            return null;
        }
    }

    public async Task<IReadOnlyList<CachedModel>> ListAsync(CancellationToken cancellation)
    {
        var models = new List<CachedModel>();
        if (Folder is not null && Directory.Exists(Path.Combine(Folder, "models")))
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Folder, "models"), "*.onnx").Order(StringComparer.Ordinal))
                if (await FindAsync(Path.GetFileNameWithoutExtension(file), cancellation) is { } model)
                    models.Add(model);
        return models;
    }

    /// <summary>Makes a model the one that runs use.</summary>
    /// <exception cref="ModelException">The cache cannot be written.</exception>
    public Task PreferAsync(string name, CancellationToken cancellation)
        => WriteAsync(PreferredPath, Encoding.UTF8.GetBytes(SafeName(name) + "\n"), IsName(PreferredPath), cancellation);

    /// <summary>The name of the model that was imported last, or null.</summary>
    /// <exception cref="ModelException">The cache cannot be read.</exception>
    public async Task<string?> PreferredAsync(CancellationToken cancellation)
    {
        if (Folder is null || !File.Exists(PreferredPath))
            return null;
        return SafeName(Encoding.UTF8.GetString(await OnnxFile.ReadBytesAsync(PreferredPath, cancellation)).Trim());
    }

    /// <summary>Where <see cref="PreferredAsync"/> is kept.</summary>
    public string PreferredPath => Path.Combine(Required(), "models", "preferred");

    private string PathOf(string name) => Path.Combine(Required(), "models", SafeName(name) + ".onnx");

    private string Required() => Folder ?? throw new ModelException(
        "Nothing says where models are kept: set POMONA_CACHE to a folder, or HOME.");

    /// <param name="path">The file.</param>
    /// <param name="bytes">What it is to hold.</param>
    /// <param name="isOwn">Whether what is there was written by a cache, as it is.</param>
    /// <param name="cancellation">Ends the writing.</param>
    private static async Task WriteAsync(string path, byte[] bytes, bool isOwn, CancellationToken cancellation)
    {
        var aside = path + "." + Path.GetRandomFileName();
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            try
            {
                await File.WriteAllBytesAsync(aside, bytes, cancellation);
                if (!isOwn && File.Exists(path) && !Begins(path, bytes))
                    File.Move(path, $"{path}.set-aside-{Path.GetRandomFileName()}");
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

    /// <summary>Whether nothing of the file that is there is lost when these bytes replace it.</summary>
    private static bool Begins(string path, byte[] bytes)
        => new FileInfo(path).Length <= bytes.Length && bytes.AsSpan().StartsWith(File.ReadAllBytes(path));

    /// <summary>Whether a file holds a model's name and no more, as <see cref="PreferAsync"/> writes it.</summary>
    private static bool IsName(string path)
        => new FileInfo(path) is { Exists: true, Length: <= LongestName + 1 }
            && File.ReadAllText(path) is var text && text == SafeName(text.TrimEnd('\n')) + "\n";

    private static string SafeName(string name)
    {
        var safe = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')).TrimStart('.');
        return safe.Length is 0 ? "model" : safe[..Math.Min(safe.Length, LongestName)];
    }
}

/// <summary>A model in the cache whose bytes are those that its description names.</summary>
/// <param name="Name">Of its files, without the extension.</param>
/// <param name="Path">Its .onnx file.</param>
/// <param name="Metadata">What it is and expects.</param>
/// <param name="SourceSha256">Of what it was made from.</param>
public sealed record CachedModel(string Name, string Path, ModelMetadata Metadata, string? SourceSha256);
