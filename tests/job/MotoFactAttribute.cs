namespace Pomona.Job.Tests;

/// <summary>A test against a local S3; skipped where moto_server is not installed.</summary>
public sealed class MotoFactAttribute : FactAttribute
{
    public MotoFactAttribute()
    {
        if (!MotoServer.IsInstalled)
            Skip = "moto_server is not on the PATH (pip install 'moto[server]==5.2.1')";
    }
}
