using Pomona.Numerics.Classification;
using Pomona.Numerics.Randomness;
using Pomona.Numerics.Reduction;

namespace Pomona.Numerics.Tests.Classification;

public sealed class NearestNeighboursTests
{
    [Fact]
    public void Votes_are_scikit_learn_s()
    {
        var goldens = ClassifierGoldens.Read();
        var scaling = new TrainingScaling(goldens.Rows);
        var nearest = new NearestNeighbours(Array.ConvertAll(goldens.Rows, scaling.Apply), goldens.Labels, classes: 3);

        for (var i = 0; i < goldens.Queries.Length; i++)
        {
            if (goldens.Neighbours[i] >= 0)
                Assert.Equal(goldens.Neighbours[i], nearest.Classify(scaling.Apply(goldens.Queries[i])));
        }
    }

    [Fact]
    public void The_vote_equals_that_of_sorting_all_distances()
    {
        var random = new SplitMix64(5);
        for (var round = 0; round < 200; round++)
        {
            var count = 1 + random.Below(30);
            // Whole numbers in one dimension: many images are equally far away.
            var rows = Enumerable.Range(0, count).Select(_ => new[] { (float)random.Below(6) }).ToArray();
            var labels = rows.Select(_ => random.Below(3)).ToArray();
            float[] query = [random.Below(6)];

            var voters = Enumerable.Range(0, count).OrderBy(i => Math.Abs(rows[i][0] - query[0])).ThenBy(i => i)
                .Take(NearestNeighbours.Voters).Select(i => labels[i]).ToArray();
            var most = voters.GroupBy(label => label).Max(label => label.Count());
            var expected = voters.First(label => voters.Count(other => other == label) == most);

            Assert.Equal(expected, new NearestNeighbours(rows, labels, classes: 3).Classify(query));
        }
    }
}
