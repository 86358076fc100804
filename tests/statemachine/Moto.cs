namespace Pomona.StateMachine.Tests;

/// <summary>Whether this machine has the moto that these tests know.</summary>
internal static class Moto
{
    /// <summary>Why the tests cannot run here; null when they can.</summary>
    public static string? Missing { get; } =
        Tool.Run("python3", ["-c", "import moto, moto.server, moto.stepfunctions.parser.models, sys; sys.exit(moto.__version__ != '5.2.1')"]).ExitCode == 0
            ? null
            : "needs python3 with moto 5.2.1: pip install 'moto[server,stepfunctions]==5.2.1'";
}
