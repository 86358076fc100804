using System.Globalization;

namespace Pomona.Contracts;

/// <summary>The files of a listing that are no images by name, by their kind (<see cref="FileKind"/>); null where there is none.</summary>
/// <param name="Hidden">Hidden files, and those in hidden folders.</param>
/// <param name="System">Files in folders that a system made.</param>
/// <param name="Other">Files of other types.</param>
/// <param name="Folders">Folders that cannot be listed; whatever they hold is in no count.</param>
public sealed record PassedOver(
    PassedOverFiles? Hidden = null, PassedOverFiles? System = null, PassedOverFiles? Other = null, PassedOverFiles? Folders = null)
{
    /// <summary>None.</summary>
    public static PassedOver None { get; } = new();

    /// <summary>How many files there are of all kinds.</summary>
    public long Files => (Hidden?.Files ?? 0) + (System?.Files ?? 0) + (Other?.Files ?? 0);

    /// <summary>With one further file of this kind.</summary>
    public PassedOver With(FileKind kind, string key) => kind switch
    {
        FileKind.Hidden => this with { Hidden = PassedOverFiles.Add(Hidden, key) },
        FileKind.System => this with { System = PassedOverFiles.Add(System, key) },
        FileKind.Other => this with { Other = PassedOverFiles.Add(Other, key) },
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "an image is not passed over"),
    };

    /// <summary>With one further folder that cannot be listed.</summary>
    public PassedOver WithFolder(string key) => this with { Folders = PassedOverFiles.Add(Folders, key) };

    /// <summary>For people, of the files: "3 hidden ('.DS_Store'), 12 of other types ('apple/notes.txt')"; empty when there is none.</summary>
    public override string ToString() => string.Join(", ", new[]
    {
        Shown(Hidden, "hidden"), Shown(System, "in a system's folder"), Shown(Other, Other?.Files == 1 ? "of another type" : "of other types"),
    }.OfType<string>());

    private static string? Shown(PassedOverFiles? files, string kind) => files is null
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{files.Files:N0} {kind} ('{Printable.Excerpt(files.Example, 80)}')");
}

/// <summary>Files of one kind, or folders, that were passed over.</summary>
/// <param name="Files">How many.</param>
/// <param name="Example">The first of them, as in a <see cref="ManifestEntry"/>.</param>
public sealed record PassedOverFiles(long Files, string Example)
{
    internal static PassedOverFiles Add(PassedOverFiles? so, string key)
        => so is null ? new PassedOverFiles(1, key) : so with { Files = so.Files + 1 };
}
