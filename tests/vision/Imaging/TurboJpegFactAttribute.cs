
namespace Pomona.Vision.Tests.Imaging;

/// <summary>Skips where the system has no libturbojpeg, which is optional.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TurboJpegFactAttribute : FactAttribute
{
    public TurboJpegFactAttribute() => Skip = TurboJpegTheoryAttribute.Reason;
}
