using System.Text.Json;

namespace Pomona.Local.Commands;

/// <summary>What a running local cloud leaves in the state folder for the other commands.</summary>
/// <param name="Endpoint">The front's address.</param>
/// <param name="Process">The front's process.</param>
/// <param name="Key">The key that opens the account.</param>
/// <param name="ModelFolder">botocore's models.</param>
/// <param name="Outputs">The stack's outputs.</param>
internal sealed record FrontNote(
    Uri Endpoint, int Process, string Key, string ModelFolder, IReadOnlyDictionary<string, string> Outputs)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes the note, whole or not at all, for its owner alone.</summary>
    public void Write(string stateFolder)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(PathIn(stateFolder) + ".new", options))
            JsonSerializer.Serialize(file, this, Json);
        File.Move(PathIn(stateFolder) + ".new", PathIn(stateFolder), overwrite: true);
    }

    /// <summary>Reads the note; null when there is none, or a file of that name that is none.</summary>
    public static FrontNote? Read(string stateFolder)
    {
        try
        {
            return JsonSerializer.Deserialize<FrontNote>(File.ReadAllText(PathIn(stateFolder)), Json)
                is { Endpoint: not null, Key: not null, ModelFolder: not null, Outputs: not null } note ? note : null;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            // None, or one that a lost power left without its end: its front is gone as well.
            return null;
        }
    }

    public static void Remove(string stateFolder) => File.Delete(PathIn(stateFolder));

    private static string PathIn(string stateFolder) => Path.Combine(stateFolder, "front.json");
}
