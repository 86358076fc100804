using System.Text.Json;
using Pomona.Job.Reduction;

namespace Pomona.Job.Tests.Reduction;

/// <summary>Against scikit-learn's StandardScaler and PCA(svd_solver="full") on the features of 1,000 real photos.</summary>
public sealed class FruitsReferenceTests
{
    private static readonly string Reference = Path.Combine(SharedData.Root ?? string.Empty, "data", "reference");

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
        var features = NpyMatrix.Load(Path.Combine(Reference, "fruits.features.npy"));
        using var reference = ReadReference();
        var rows = reference.RootElement.GetProperty("abs_scores_first10_of_first20_images").EnumerateArray().ToArray();

        var scores = new float[rows.Length * model.Components.Length];
        model.Project(features.Elements.AsSpan(0, rows.Length * features.Columns), scores);

        Assert.Equal(20, rows.Length);
        for (var row = 0; row < rows.Length; row++)
        {
            var expected = Numbers(rows[row]);
            Assert.Equal(10, expected.Length);
            for (var k = 0; k < expected.Length; k++)
            {
                var score = Math.Abs(scores[(row * model.Components.Length) + k]);
                Assert.True(Math.Abs(score - expected[k]) <= 1e-4 * expected[k], $"image {row}, component {k}: {score}, not {expected[k]}");
            }
        }
    }

    private static PcaModel Fit()
    {
        var features = NpyMatrix.Load(Path.Combine(Reference, "fruits.features.npy"));
        var moments = new Moments(features.Columns);
        moments.Add(features.Elements, features.Rows);
        return PrincipalComponents.Fit(moments, 50, CancellationToken.None);
    }

    private static JsonDocument ReadReference()
        => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Reference, "fruits.pca.json")));

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(n => n.GetDouble())];
}
