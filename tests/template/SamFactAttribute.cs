namespace Pomona.Template.Tests;

/// <summary>A test that needs Amazon's SAM translator and cfn-lint; skipped, saying so, where they are missing.</summary>
internal sealed class SamFactAttribute : FactAttribute
{
    private static readonly string? Missing = Tool.Run("python3", ["-c", "import samtranslator"]).ExitCode == 0 && Tool.Run("cfn-lint", ["--version"]).ExitCode == 0
        ? null
        : "needs python3 with cfn-lint and aws-sam-translator: pip install cfn-lint aws-sam-translator";

    public SamFactAttribute() => Skip = Missing;
}
