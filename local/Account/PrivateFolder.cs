namespace Pomona.Local.Account;

/// <summary>Folders that nobody but their owner may look into.</summary>
internal static class PrivateFolder
{
    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes the folder; one that is there already becomes private.</summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path); // a person's folders are private there
            return;
        }

        Directory.CreateDirectory(path, OwnersAlone);
        File.SetUnixFileMode(path, OwnersAlone);
    }
}
