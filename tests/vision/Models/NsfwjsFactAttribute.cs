namespace Pomona.Vision.Tests.Models;

/// <summary>A test that wants the npm package which ./pomona setup installs. Skipped where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NsfwjsFactAttribute : FactAttribute
{
    public NsfwjsFactAttribute()
    {
        if (!Directory.Exists(Path.Combine(RepositoryRoot.Path, "job", "native", "node_modules", "nsfwjs")))
            Skip = "npm's nsfwjs is not installed: run ./pomona setup.";
    }
}
