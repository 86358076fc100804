namespace Pomona.Local.Processes;

/// <summary>A program to run: the whole of its environment is named, nothing is inherited unless it is in the list.</summary>
/// <param name="Command">The program and its arguments.</param>
/// <param name="Environment">Every environment variable the program sees.</param>
/// <param name="Folder">Its working folder, which exists.</param>
/// <param name="Grace">How long it may take to end by itself after SIGTERM before SIGKILL.</param>
internal sealed record ProcessPlan(
    IReadOnlyList<string> Command,
    IReadOnlyDictionary<string, string> Environment,
    string Folder,
    TimeSpan Grace);
