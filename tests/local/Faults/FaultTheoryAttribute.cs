namespace Pomona.Local.Tests.Faults;

/// <summary>A test of the fault matrix that runs once per case.</summary>
public sealed class FaultTheoryAttribute : TheoryAttribute
{
    public FaultTheoryAttribute() => Skip = FaultSwitch.Skip;
}
