namespace Pomona.Functions.Tests.Moto;

/// <summary>A test against moto_server, of the version that the tests know; skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MotoFactAttribute : FactAttribute
{
    /// <summary>Skips, saying why, unless moto_server can be started.</summary>
    public MotoFactAttribute() => Skip = MotoServer.Missing!;
}
