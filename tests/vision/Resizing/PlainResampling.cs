using Pomona.Vision.Imaging;
using Pomona.Vision.Resizing;

namespace Pomona.Vision.Tests.Resizing;

/// <summary>Pillow's two-pass resampling without any vector: slow, and easy to compare with its Resample.c.</summary>
internal static class PlainResampling
{
    public static byte[] Resize(RgbImage source, ResizeFilter filter, int width, int height)
    {
        var rows = source.Width == width
            ? source.Pixels.ToArray()
            : Along(source.Pixels.ToArray(), source.Width, source.Height, Axis(filter, source.Width, width), 3, 3 * source.Width);
        return source.Height == height ? rows : Along(rows, source.Height, width, Axis(filter, source.Height, height), 3 * width, 3);
    }

    // The result keeps rows as rows: an axis is walked with one step, the lines across it with the other.
    private static byte[] Along(byte[] source, int length, int lines, ResampleAxis axis, int step, int lineStep)
    {
        var output = axis.First.Length;
        var columns = step == 3;
        var result = new byte[source.Length / length * output];
        for (var line = 0; line < lines; line++)
        {
            for (var i = 0; i < output; i++)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    var sum = ResampleAxis.Half;
                    for (var tap = 0; tap < axis.Count[i]; tap++)
                    {
                        sum += source[(line * lineStep) + ((axis.First[i] + tap) * step) + channel]
                            * axis.Weights[(i * axis.Stride) + tap];
                    }

                    var at = columns ? ((line * output) + i) * 3 : (i * step) + (line * lineStep);
                    result[at + channel] = (byte)Math.Clamp(sum >> ResampleAxis.PrecisionBits, 0, 255);
                }
            }
        }

        return result;
    }

    private static ResampleAxis Axis(ResizeFilter filter, int source, int output)
    {
        var axis = new ResampleAxis(filter, output);
        axis.Compute(source);
        return axis;
    }
}
