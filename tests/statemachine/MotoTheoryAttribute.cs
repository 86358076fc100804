namespace Pomona.StateMachine.Tests;

/// <summary>As <see cref="MotoFactAttribute"/>, with data.</summary>
internal sealed class MotoTheoryAttribute : TheoryAttribute
{
    public MotoTheoryAttribute() => Skip = Moto.Missing;
}
