using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pomona.Numerics.Reduction;

namespace Pomona.Numerics.Tests.Reduction;

public sealed class PrincipalComponentsTests
{
    [Fact]
    public void Numbers_are_scikit_learns_with_constant_and_dependent_features_among_them()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(
            Path.Combine(AppContext.BaseDirectory, "Reduction", "goldens", "scikit_learn.json")));
        double[] Golden(string name) => Numbers(golden.RootElement.GetProperty(name));
        double[][] GoldenRows(string name) => [.. golden.RootElement.GetProperty(name).EnumerateArray().Select(Numbers)];
        var rows = GoldenRows("rows");

        var features = rows.SelectMany(row => row.Select(value => (float)value)).ToArray();
        var model = Fit(features, rows[0].Length, 6);

        AssertEqual(Golden("mean"), model.Mean, 1e-12);
        AssertEqual(Golden("scale"), model.Scale, 1e-12);
        AssertEqual(Golden("explained_variance"), model.ExplainedVariance, 1e-9);
        AssertEqual(Golden("explained_variance_ratio"), model.ExplainedVarianceRatio, 1e-9);
        var scores = new float[rows.Length * 6];
        model.Project(features, scores);
        var expectedScores = GoldenRows("abs_scores");
        foreach (var (expected, k) in GoldenRows("abs_components").Select((expected, k) => (expected, k)))
        {
            // Where the golden has rounding in place of zero, it may be anything near zero.
            AssertEqual(expected, [.. model.Components[k].Select(Math.Abs)], 1e-8);
            for (var row = 0; row < rows.Length; row++)
                Assert.Equal(expectedScores[row][k], Math.Abs(scores[(row * 6) + k]), 1e-5);
        }
    }

    [Fact]
    public void There_are_no_more_components_than_the_images_less_one()
    {
        var model = Fit(RandomMatrices.Rows(new Random(1), 6, 40), 40, 50);
        Assert.Equal(5, model.Components.Length);
        Assert.Equal(1, model.ExplainedVarianceRatio.Sum(), 1e-12);
        Assert.Equal(model.TotalVariance, model.ExplainedVariance.Sum(), 1e-9);
        Assert.Equal(40 * 6 / 5.0, model.TotalVariance, 1e-9);
    }

    [Theory]
    [InlineData(new[] { 0.7, 0.3, 0.1 })]
    [InlineData(new[] { 1.0000000000000002 })]
    [InlineData(new[] { 0.5, 0.25 })]
    public void The_share_of_all_components_together_never_exceeds_1(double[] ratios)
    {
        var model = new PcaModel(2, [0], [1], [], ratios, ratios, 1);

        Assert.Equal(Math.Min(1, ratios.Sum()), model.ExplainedVarianceShare);
    }

    [Fact]
    public void A_share_of_the_variance_takes_as_many_components_as_exceed_it_together()
    {
        foreach (var (rows, width, seed) in ((int, int, int)[])[(30, 12, 1), (6, 40, 2), (300, 150, 3)])
        {
            var moments = new Moments(width);
            moments.Add(RandomMatrices.Rows(new Random(seed), rows, width), rows);
            var all = PrincipalComponents.Fit(moments, width, CancellationToken.None);
            foreach (var share in (double[])[0.001, 0.3, 0.5, 0.8, 0.95, 0.999, 0.999999999])
            {
                var kept = PrincipalComponents.FitShare(moments, share, CancellationToken.None);

                // numpy.searchsorted(cumsum(ratio), share, side="right") + 1, as scikit-learn has it, but never more than there are.
                double sum = 0;
                var below = all.ExplainedVarianceRatio.TakeWhile(ratio => (sum += ratio) <= share).Count();
                Assert.Equal(Math.Min(below + 1, all.Components.Length), kept.Components.Length);
                AssertEqual([.. all.ExplainedVarianceRatio.Take(kept.Components.Length)], kept.ExplainedVarianceRatio, 1e-12);
            }
        }
    }

    [Fact]
    public void Components_that_are_kept_explain_of_their_own_images_what_they_did()
    {
        var moments = new Moments(20);
        moments.Add(RandomMatrices.Rows(new Random(4), 90, 20), 90);
        var fitted = PrincipalComponents.Fit(moments, 7, CancellationToken.None);

        var kept = PrincipalComponents.Keep(moments, fitted, 7, CancellationToken.None);

        Assert.Equal(fitted.Components, kept.Components);
        Assert.Equal((fitted.Mean, fitted.Scale, fitted.Count), (kept.Mean, kept.Scale, kept.Count));
        AssertEqual(fitted.ExplainedVariance, kept.ExplainedVariance, 1e-11);
        AssertEqual(fitted.ExplainedVarianceRatio, kept.ExplainedVarianceRatio, 1e-12);
        Assert.Equal(fitted.ExplainedVarianceShare, kept.OwnVarianceShare!.Value, 1e-12);
    }

    [Fact]
    public void Components_that_are_kept_explain_the_variance_of_what_they_project_and_never_more_than_own_ones_would()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var (width, rows) = (random.Next(2, 40), random.Next(2, 80));
            Moments before = new(width), now = new(width);
            before.Add(RandomMatrices.Rows(random, 60, width), 60);
            var features = RandomMatrices.Rows(random, rows, width);
            now.Add(features, rows);
            var basis = PrincipalComponents.Fit(before, random.Next(1, width + 1), CancellationToken.None);

            var kept = PrincipalComponents.Keep(now, basis, basis.Components.Length, CancellationToken.None);

            var scores = new float[rows * kept.Components.Length];
            kept.Project(features, scores);
            for (var k = 0; k < kept.Components.Length; k++)
            {
                var scored = Enumerable.Range(0, rows).Select(row => (double)scores[(row * kept.Components.Length) + k]).ToArray();
                var mean = scored.Average();
                var variance = scored.Sum(score => (score - mean) * (score - mean)) / (rows - 1);
                Assert.Equal(variance, kept.ExplainedVariance[k], 1e-5 * (1 + variance));
            }

            Assert.True(kept.ExplainedVarianceShare <= kept.OwnVarianceShare + 1e-12, $"seed {seed}");
            Assert.Equal(kept.ExplainedVariance.Sum() / kept.TotalVariance, kept.ExplainedVarianceShare, 1e-9);
        }
    }

    [Fact]
    public void Of_components_that_are_kept_the_first_may_be_enough_and_are_read_again_as_they_were_written()
    {
        var moments = new Moments(9);
        moments.Add(RandomMatrices.Rows(new Random(5), 30, 9), 30);
        var kept = PrincipalComponents.Keep(moments, PrincipalComponents.Fit(moments, 6, CancellationToken.None), 2, CancellationToken.None);

        using var json = new MemoryStream();
        kept.WriteJson(json, new JsonObject { ["resize"] = "bicubic" });
        json.Position = 0;
        var read = PcaModel.ReadJson(json, out var about);

        Assert.Equal(2, read.Components.Length);
        Assert.Equal((kept.OwnVarianceShare, "bicubic"), (read.OwnVarianceShare, (string?)about["resize"]));
        Assert.Throws<ArgumentException>(() => PrincipalComponents.Keep(new Moments(9), kept, 2, CancellationToken.None));
        Assert.Throws<ArgumentException>(() => PrincipalComponents.Keep(moments, PrincipalComponents.Fit(Two(), 1, CancellationToken.None), 1, CancellationToken.None));

        static Moments Two()
        {
            var two = new Moments(2);
            two.Add([1, 2, 3, 5], 2);
            return two;
        }
    }

    [Fact]
    public void Images_that_are_all_alike_have_no_components_whatever_share_is_wanted()
    {
        var moments = new Moments(3);
        moments.Add([1, 2, 3, 1, 2, 3], 2);

        Assert.Empty(PrincipalComponents.FitShare(moments, 0.95, CancellationToken.None).Components);
    }

    [Fact]
    public void One_image_has_no_components_and_no_variance()
    {
        var features = RandomMatrices.Rows(new Random(1), 1, 12);
        var model = Fit(features, 12, 50);
        Assert.Empty(model.Components);
        Assert.Empty(model.ExplainedVariance);
        Assert.Empty(model.ExplainedVarianceRatio);
        Assert.Equal(0, model.TotalVariance);
        Assert.All(model.Scale, scale => Assert.Equal(1, scale));
        Assert.Equal(features.Select(value => (double)value), model.Mean);
        model.Project(features, []);
    }

    [Fact]
    public void Images_that_are_all_alike_have_no_components_even_where_their_mean_is_rounded()
    {
        var one = RandomMatrices.Rows(new Random(1), 1, 30).Select(value => value * 0.1f).ToArray();
        var features = Enumerable.Repeat(one, 1_000).SelectMany(row => row).ToArray();
        var model = Fit(features, 30, 50);
        Assert.Empty(model.Components);
        Assert.Equal(0, model.TotalVariance);
        Assert.All(model.Scale, scale => Assert.Equal(1, scale));
    }

    [Fact]
    public void Without_images_there_is_nothing_to_fit()
        => Assert.Throws<ArgumentException>(() => PrincipalComponents.Fit(new Moments(3), 2, CancellationToken.None));

    [Fact]
    public void A_constant_feature_has_scale_1_and_no_loading()
    {
        var features = RandomMatrices.Rows(new Random(1), 50, 10);
        for (var row = 0; row < 50; row++)
            features[(row * 10) + 3] = 0.1f;
        var model = Fit(features, 10, 10);
        Assert.Equal(9, model.Components.Length);
        Assert.Equal(1, model.Scale[3]);
        Assert.All(model.Components, loadings => Assert.Equal(0, loadings[3]));
    }

    [Fact]
    public void The_largest_loading_is_positive_and_of_equal_ones_the_first_decides()
    {
        var random = new Random(1);
        var features = new float[200 * 4];
        for (var row = 0; row < 200; row++)
        {
            var x = (float)RandomMatrices.Normal(random);
            var y = (float)RandomMatrices.Normal(random) * 0.1f;
            new[] { x, -x, y, -y }.CopyTo(features, row * 4);
        }

        var model = Fit(features, 4, 2);

        Assert.Equal(2, model.Components.Length);
        Assert.All(model.Components, loadings =>
        {
            var largest = loadings.Max(Math.Abs);
            Assert.True(loadings.First(loading => Math.Abs(loading) > largest * 0.999999) > 0);
        });
        foreach (var loadings in Fit(RandomMatrices.Rows(random, 99, 23), 23, 23).Components)
            Assert.True(loadings.MaxBy(Math.Abs) > 0);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(512)]
    public void The_cut_into_shards_and_groups_changes_components_by_less_than_1e_9(int shard)
    {
        const int Width = 96;
        const int Count = 3_000;
        var features = RandomMatrices.Rows(new Random(4), Count, Width);
        // Directions of their own strength, as real features have them.
        for (var i = 0; i < features.Length; i++)
            features[i] += (float)((i / Width % 10) * Math.Sin(i % Width * 0.7));
        var whole = Fit(features, Width, 20);

        var merged = new Moments(Width);
        for (var row = 0; row < Count; row += shard)
        {
            var group = new Moments(Width);
            var count = Math.Min(shard, Count - row);
            group.Add(features.AsSpan(row * Width, count * Width), count);
            merged = Moments.Merge(merged, group);
        }

        var model = PrincipalComponents.Fit(merged, 20, CancellationToken.None);

        AssertEqual(whole.ExplainedVarianceRatio, model.ExplainedVarianceRatio, 1e-12);
        for (var k = 0; k < 20; k++)
            AssertEqual(whole.Components[k], model.Components[k], 1e-9);
    }

    [Fact]
    public void An_image_has_the_same_components_alone_and_among_others()
    {
        var features = RandomMatrices.Rows(new Random(5), 101, 37);
        var model = Fit(features, 37, 26);
        var together = new float[101 * 26];
        model.Project(features, together);
        var alone = new float[26];
        for (var row = 0; row < 101; row++)
        {
            model.Project(features.AsSpan(row * 37, 37), alone);
            Assert.True(alone.AsSpan().SequenceEqual(together.AsSpan(row * 26, 26)), $"row {row}");
            for (var k = 0; k < 26; k++)
            {
                var expected = Enumerable.Range(0, 37).Sum(j => model.Components[k][j] * (features[(row * 37) + j] - model.Mean[j]) / model.Scale[j]);
                Assert.Equal(expected, alone[k], 1e-5);
            }
        }
    }

    [Fact]
    public void Spans_that_are_not_whole_images_are_refused()
    {
        var model = Fit(RandomMatrices.Rows(new Random(5), 10, 4), 4, 2);
        Assert.Throws<ArgumentException>(() => model.Project(new float[7], new float[2]));
        Assert.Throws<ArgumentException>(() => model.Project(new float[8], new float[3]));
    }

    [Fact]
    public void A_model_written_as_json_is_read_again_to_the_last_bit()
    {
        var model = Fit(RandomMatrices.Rows(new Random(6), 80, 17), 17, 9);
        using var file = new MemoryStream();
        model.WriteJson(file, new JsonObject { ["model"] = "mobilenet", ["resize"] = "bicubic" });
        file.Position = 0;

        var read = PcaModel.ReadJson(file);

        Assert.Equal(model.Count, read.Count);
        Assert.Equal(model.Mean, read.Mean);
        Assert.Equal(model.Scale, read.Scale);
        Assert.Equal(model.Components, read.Components);
        Assert.Equal(model.ExplainedVariance, read.ExplainedVariance);
        Assert.Equal(model.ExplainedVarianceRatio, read.ExplainedVarianceRatio);
        Assert.Equal(model.TotalVariance, read.TotalVariance);
        using var json = JsonDocument.Parse(file.ToArray());
        Assert.Equal("bicubic", json.RootElement.GetProperty("about").GetProperty("resize").GetString());
    }

    [Theory]
    [InlineData("", "damaged")]
    [InlineData("[]", "damaged")]
    [InlineData("{\"version\":2}", "version 2")]
    [InlineData("{\"version\":1,\"images\":3}", "damaged")]
    [InlineData("{\"version\":1,\"images\":3,\"mean\":[1,2],\"scale\":[1],\"components\":[],\"explainedVariance\":[],\"explainedVarianceRatio\":[],\"totalVariance\":0}", "2 numbers")]
    [InlineData("{\"version\":1,\"images\":3,\"mean\":[1],\"scale\":[0],\"components\":[],\"explainedVariance\":[],\"explainedVarianceRatio\":[],\"totalVariance\":0}", "not positive")]
    [InlineData("{\"version\":1,\"images\":3,\"mean\":[1],\"scale\":[1],\"components\":[[1]],\"explainedVariance\":[],\"explainedVarianceRatio\":[],\"totalVariance\":0}", "per component")]
    public void A_damaged_model_is_refused_with_its_reason(string json, string reason)
    {
        var error = Assert.Throws<InvalidDataException>(() => PcaModel.ReadJson(new MemoryStream(Encoding.UTF8.GetBytes(json))));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static PcaModel Fit(float[] features, int width, int components)
    {
        var moments = new Moments(width);
        moments.Add(features, features.Length / width);
        return PrincipalComponents.Fit(moments, components, CancellationToken.None);
    }

    private static void AssertEqual(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])), $"number {i} is {actual[i]}, not {expected[i]}");
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(n => n.GetDouble())];
}
