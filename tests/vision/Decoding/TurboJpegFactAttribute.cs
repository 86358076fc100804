using Pomona.Vision.Decoding;

namespace Pomona.Vision.Tests.Decoding;

/// <summary>Skips where the system has no libturbojpeg, which is optional.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TurboJpegFactAttribute : FactAttribute
{
    public TurboJpegFactAttribute() => Skip = Reason;

    public static string? Reason => LibTurboJpeg.IsInstalled
        ? null
        : "libturbojpeg.so.0 is not installed (apt-get install libturbojpeg0); libvips decodes alone";
}

/// <summary>Likewise.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TurboJpegTheoryAttribute : TheoryAttribute
{
    public TurboJpegTheoryAttribute() => Skip = TurboJpegFactAttribute.Reason;
}
