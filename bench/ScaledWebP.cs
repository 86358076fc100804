using System.Globalization;
using Pomona.Vision.Decoding;
using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;
using Pomona.Vision.Models;
using Pomona.Vision.Models.Catalog;
using Pomona.Vision.Resizing;

namespace Pomona.Bench;

/// <summary>
/// What <c>--decode scaled</c> does to features, and saves: of each JPEG, and of the same picture as a WebP of quality 80.
/// Cosines to <c>exact</c>.
/// </summary>
internal static class ScaledWebP
{
    private const int Rounds = 3;

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var folder, var modelFile])
        {
            Console.Error.WriteLine("Usage: ./pomona bench webp FOLDER-OF-JPEGS MODEL");
            return 2;
        }

        var model = await new ModelCatalog(new ModelCatalogOptions()).ResolveAsync(modelFile, CancellationToken.None);
        using var session = FeatureSession.Load(model.Path, model.Metadata);
        Compare(Directory.EnumerateFiles(folder, "*.jpg").Order(StringComparer.Ordinal).ToList(), session);
        return 0;
    }

    private static void Compare(IReadOnlyList<string> files, FeatureSession session)
    {
        var target = (Width: session.Metadata.InputWidth, Height: session.Metadata.InputHeight);
        using var worker = session.CreateWorker();
        using var resizer = new PixelResizer(ResizeFilter.Bicubic, target.Width, target.Height);
        using var exact = new ImageDecoder(new DecodeSettings());
        using var draft = new ImageDecoder(new DecodeSettings(DraftFor: target));
        using var image = new RgbImage();
        var rows = new List<(double Jpeg, double WebP, double[] Cpu)>();
        foreach (var path in files)
        {
            var jpeg = File.ReadAllBytes(path);
            exact.Decode(jpeg, image);
            var webp = DrawnPhotos.Encode(image, "webp");
            var header = ImageHeader.Read(webp);
            var cpu = new double[4];
            var features = new[]
            {
                FeaturesOf(pixels => Whole(exact, jpeg, pixels), out cpu[0]),
                FeaturesOf(pixels => Whole(draft, jpeg, pixels), out cpu[1]),
                FeaturesOf(pixels => ByStrips(exact, header, webp, pixels), out cpu[2]),
                FeaturesOf(pixels => ByStrips(draft, header, webp, pixels), out cpu[3]),
            };
            rows.Add((Cosine(features[0], features[1]), Cosine(features[2], features[3]), cpu));
        }

        Report("JPEG", rows.ConvertAll(static row => row.Jpeg), rows.Average(static row => row.Cpu[0]), rows.Average(static row => row.Cpu[1]));
        Report("WebP", rows.ConvertAll(static row => row.WebP), rows.Average(static row => row.Cpu[2]), rows.Average(static row => row.Cpu[3]));

        void Whole(ImageDecoder decoder, byte[] file, byte[] pixels)
        {
            decoder.Decode(file, image);
            resizer.Resize(image, pixels);
        }

        void ByStrips(ImageDecoder decoder, ImageHeader header, byte[] file, byte[] pixels)
        {
            decoder.TryDecodeByStrips(header, file, resizer.Strips!);
            resizer.Finish(pixels);
        }

        float[] FeaturesOf(Action<byte[]> decode, out double milliseconds)
        {
            var pixels = new byte[3 * target.Width * target.Height];
            milliseconds = double.MaxValue;
            for (var round = 0; round < Rounds; round++)
            {
                var began = Environment.CpuUsage.TotalTime;
                decode(pixels);
                milliseconds = Math.Min(milliseconds, (Environment.CpuUsage.TotalTime - began).TotalMilliseconds);
            }

            var features = new float[session.Metadata.FeatureWidth];
            worker.Run(pixels, features);
            return features;
        }
    }

    private static void Report(string format, List<double> cosines, double whole, double scaled)
    {
        cosines.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{format}: {cosines.Count} images, cosine least {cosines[0]:0.00000}, median {cosines[cosines.Count / 2]:0.00000}; decode and resize {whole:0.0} CPU-ms whole, {scaled:0.0} at a scale ({whole / scaled:0.00}x)"));
    }

    private static double Cosine(float[] a, float[] b)
    {
        double product = 0, ofA = 0, ofB = 0;
        for (var i = 0; i < a.Length; i++)
        {
            product += (double)a[i] * b[i];
            ofA += (double)a[i] * a[i];
            ofB += (double)b[i] * b[i];
        }

        return product / Math.Sqrt(ofA * ofB);
    }
}
