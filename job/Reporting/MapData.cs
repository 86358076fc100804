using System.Globalization;
using System.Text;
using System.Text.Json;
using Pomona.Contracts;
using Pomona.Job.Evaluation;

namespace Pomona.Job.Reporting;

/// <summary>
/// What report.js knows: JSON whose text is safe inside a script element, because the default encoder escapes
/// <c>&lt;</c>, <c>&gt;</c> and <c>&amp;</c>.
/// </summary>
internal static class MapData
{
    /// <summary>Components beyond this many are not on the page: the map of the 51st says nothing that a person can use.</summary>
    public const int MostComponents = 50;

    /// <param name="sample">The images, in the order of their marks on the map.</param>
    /// <param name="labels">The classes, in the order of the legend.</param>
    /// <param name="ratios">Each component's share of the variance, 0 to 1.</param>
    public static string Write(IReadOnlyList<ReportSample> sample, IReadOnlyList<string> labels, IReadOnlyList<double> ratios)
    {
        var places = labels.Select((label, i) => (label, i)).ToDictionary(pair => pair.label, pair => pair.i, StringComparer.Ordinal);
        var components = sample.Count == 0 ? 0 : Math.Min(MostComponents, sample[0].Components.Length);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteEach("classes", labels, label => json.WriteStringValue(Printable.Excerpt(label, 260)));
            WriteEach("images", sample, image => json.WriteStringValue(Printable.Excerpt(image.Image, 260)));
            WriteEach("labels", sample, image => json.WriteNumberValue(places[image.Label]));
            WriteEach("shares", ratios.Take(components), ratio => json.WriteNumberValue(Math.Round(ratio, 6)));
            WriteEach("components", Enumerable.Range(0, components), k =>
            {
                json.WriteStartArray();
                foreach (var image in sample)
                    json.WriteNumberValue(Shortened(image.Components[k]));
                json.WriteEndArray();
            });
            WriteEach("thumbnails", sample, image =>
            {
                if (image.ThumbnailJpeg is { Length: > 0 } thumbnail)
                    json.WriteBase64StringValue(thumbnail);
                else
                    json.WriteNullValue();
            });
            json.WriteEndObject();

            void WriteEach<T>(string name, IEnumerable<T> items, Action<T> write)
            {
                json.WriteStartArray(name);
                foreach (var item in items)
                    write(item);
                json.WriteEndArray();
            }
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    // Four digits are finer than a screen.
    private static double Shortened(float value)
        => double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
