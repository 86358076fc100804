using System.Text.Json;

namespace Pomona.Numerics.Tests.Classification;

/// <summary>What scikit-learn says of a small data set: goldens/make_classifiers.py.</summary>
internal sealed record ClassifierGoldens(
    float[][] Rows, int[] Labels, float[][] Queries, double[][] Weights, int[] Softmax, int[] Neighbours)
{
    public static ClassifierGoldens Read()
        => JsonSerializer.Deserialize<ClassifierGoldens>(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Classification", "goldens", "classifiers.json")),
            JsonSerializerOptions.Web)!;
}
