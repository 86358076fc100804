using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pomona.Contracts;

/// <summary>What a running local cloud leaves in its state folder for the programs that work with it.</summary>
/// <param name="Endpoint">Where it answers.</param>
/// <param name="Process">Its process.</param>
/// <param name="Key">The key that opens the account.</param>
/// <param name="ModelFolder">botocore's models, which it answers by.</param>
/// <param name="Outputs">The stack's outputs.</param>
public sealed record LocalCloudNote(
    Uri Endpoint, int Process, string Key, string ModelFolder, IReadOnlyDictionary<string, string> Outputs)
{
    /// <summary>The environment variable that names another state folder, for a second local cloud beside the first.</summary>
    public const string StateVariable = "POMONA_LOCAL_STATE";

    /// <summary>The region that a local cloud plays.</summary>
    public const string Region = "us-east-1";

    /// <summary>Its account: the one of AWS's own examples, which is nobody's.</summary>
    public const string Account = "123456789012";

    /// <summary>The access key of a person: whose the request is, and the key that opens the account.</summary>
    [JsonIgnore]
    public string AccessKey => $"you-{Key}";

    /// <summary>Where a local cloud keeps its state while it is up.</summary>
    /// <param name="root">The repository's root.</param>
    public static string StateFolder(string root) => Environment.GetEnvironmentVariable(StateVariable) is { Length: > 0 } folder
        ? Path.GetFullPath(folder)
        : Path.Combine(root, ".pomona", "local");

    /// <summary>Writes the note, whole or not at all, for its owner alone.</summary>
    public void Write(string stateFolder)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(PathIn(stateFolder) + ".new", options))
            JsonSerializer.Serialize(file, this, LocalCloudNoteJson.Default.LocalCloudNote);
        File.Move(PathIn(stateFolder) + ".new", PathIn(stateFolder), overwrite: true);
    }

    /// <summary>Reads the note; null when there is none, or a file of that name that is none.</summary>
    public static LocalCloudNote? Read(string stateFolder)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(PathIn(stateFolder)), LocalCloudNoteJson.Default.LocalCloudNote)
                is { Endpoint: not null, Key: not null, ModelFolder: not null, Outputs: not null } note ? note : null;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            // None, or one that a lost power left without its end: its front is gone as well.
            return null;
        }
    }

    /// <summary>Removes the note of a cloud that goes down.</summary>
    public static void Remove(string stateFolder) => File.Delete(PathIn(stateFolder));

    private static string PathIn(string stateFolder) => Path.Combine(stateFolder, "front.json");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true, WriteIndented = true)]
[JsonSerializable(typeof(LocalCloudNote))]
internal sealed partial class LocalCloudNoteJson : JsonSerializerContext;
