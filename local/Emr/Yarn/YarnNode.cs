using System.Globalization;

namespace Pomona.Local.Emr.Yarn;

/// <summary>A node of a YARN, as <c>yarn.sh start</c> wants it.</summary>
/// <param name="Megabytes">What it gives to containers.</param>
/// <param name="Vcpus">Its virtual cores.</param>
/// <param name="Label">Its label; null for none.</param>
internal sealed record YarnNode(int Megabytes, int Vcpus, string? Label)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Megabytes}:{Vcpus}{(Label is null ? "" : ":" + Label)}");
}
