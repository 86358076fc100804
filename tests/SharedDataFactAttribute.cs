namespace Pomona.Tests;

/// <summary>
/// A test that wants <see cref="SharedData"/>: real photos, a model, and reference features. Skipped where it is missing.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute()
    {
        if (SharedData.Folder is null)
            Skip = "There is no ../shared/data beside the repository, and POMONA_SHARED names no folder that has it.";
    }
}
