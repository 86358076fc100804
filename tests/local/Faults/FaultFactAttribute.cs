namespace Pomona.Local.Tests.Faults;

/// <summary>A test of the fault matrix.</summary>
public sealed class FaultFactAttribute : FactAttribute
{
    public FaultFactAttribute() => Skip = FaultSwitch.Skip;
}
