namespace Pomona.StateMachine.Tests;

/// <summary>A test that needs moto's Step Functions interpreter; skipped, saying so, where it is missing.</summary>
internal sealed class MotoFactAttribute : FactAttribute
{
    public MotoFactAttribute() => Skip = Moto.Missing;
}
