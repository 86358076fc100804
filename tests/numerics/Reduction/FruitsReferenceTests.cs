using System.Text.Json;
using Pomona.Numerics.Reduction;

namespace Pomona.Numerics.Tests.Reduction;

/// <summary>Against scikit-learn's StandardScaler and PCA(svd_solver="full") on the features of 1,000 real photos.</summary>
public sealed class FruitsReferenceTests
{
    [SharedDataFact]
    public void Fifty_explained_variance_ratios_are_within_1e_6_of_scikit_learns()
    {
        var model = Fit();
        using var reference = ReadReference();

        var ratios = Numbers(reference.RootElement.GetProperty("explained_variance_ratio"));
        var variances = Numbers(reference.RootElement.GetProperty("explained_variance"));

        Assert.Equal(50, ratios.Length);
        for (var k = 0; k < ratios.Length; k++)
        {
            Assert.Equal(ratios[k], model.ExplainedVarianceRatio[k], 1e-6);
            Assert.Equal(1, model.ExplainedVariance[k] / variances[k], 1e-6);
        }

        Assert.Equal(2, model.Scale.Count(scale => scale == 1));
    }

    [SharedDataFact]
    public void The_first_ten_scores_are_within_1e_4_of_scikit_learns_but_for_their_signs()
    {
        var model = Fit();
        var features = NpyMatrix.Load(SharedData.PathOf("reference", "fruits.features.npy"));
        using var reference = ReadReference();
        var images = File.ReadAllLines(SharedData.PathOf("reference", "fruits.list"));
        var scores = new float[model.Components.Length];

        var compared = 0;
        foreach (var entry in reference.RootElement.GetProperty("abs_scores_first10_of_first20_images").EnumerateArray())
        {
            var row = Array.IndexOf(images, entry[0].GetString());
            var expected = Numbers(entry[1]);
            Assert.Equal(10, expected.Length);
            model.Project(features.Elements.AsSpan(row * features.Columns, features.Columns), scores);
            for (var k = 0; k < expected.Length; k++)
            {
                var score = Math.Abs(scores[k]);
                Assert.True(Math.Abs(score - expected[k]) <= 1e-4 * expected[k], $"{images[row]}, component {k}: {score}, not {expected[k]}");
                compared++;
            }
        }

        Assert.Equal(200, compared);
    }

    private static PcaModel Fit()
    {
        var features = NpyMatrix.Load(SharedData.PathOf("reference", "fruits.features.npy"));
        var moments = new Moments(features.Columns);
        moments.Add(features.Elements, features.Rows);
        return PrincipalComponents.Fit(moments, 50, CancellationToken.None);
    }

    private static JsonDocument ReadReference()
        => JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("reference", "fruits.pca.json")));

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(n => n.GetDouble())];
}
