using Pomona.Numerics.Classification;
using Pomona.Numerics.Randomness;

namespace Pomona.Numerics.Tests.Classification;

public sealed class ConfidentLearningTests
{
    [Fact]
    public void A_hand_computed_example_has_one_doubtful_label()
    {
        // Class 0's threshold is 0.95 of 0.6, class 1's of 0.7: rows 0, 1 and 3 are confidently 0, row 2 is 1, rows 4 and 5 are 1. All rows that
        // agree with class 1 are confident, so one label is wrong: of the row that speaks most for another class, row 2.
        int[] given = [0, 0, 0, 0, 1, 1];
        float[] first = [0.9f, 0.8f, 0.1f, 0.6f, 0.3f, 0.3f];

        Assert.Equal([new(2, 1, 0.1f)], ConfidentLearning.Find(given, [.. first.SelectMany(p => (float[])[p, 1 - p])], classes: 2));
    }

    [Fact]
    public void Rows_that_are_confident_stand_for_as_many_that_are_not_as_their_class_has()
    {
        // Of the 8 given 0, two are confidently 1 (0.9 against 0.95 of 0.75). Of the 4 that are given 1 and agree, half are
        // confident: so 4 labels are wrong, the two sure ones and the first two of the undecided, whose most probable class is 1 as well.
        int[] given = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1];
        float[] first = [0.9f, 0.45f, 0.1f, 0.45f, 0.9f, 0.45f, 0.1f, 0.45f, 0.1f, 0.4f, 0.1f, 0.4f];

        Assert.Equal(
            [(2, 1), (6, 1), (1, 1), (3, 1)],
            ConfidentLearning.Find(given, [.. first.SelectMany(p => (float[])[p, 1 - p])], classes: 2)
                .Select(label => (label.Row, label.Suggested)));
    }

    [Fact]
    public void Where_more_labels_are_estimated_to_be_wrong_than_rows_speak_for_another_class_only_those_are_found()
    {
        // 20 classes of 50; of each a row is 0.2 sure of its own class and 0.8 of the next, and half of the others are undecided. So
        // one row is confidently of each class that it is not given, beside 24 confident ones of 49 that agree: 2 to a class, 40 in all.
        const int Classes = 20;
        var (given, probabilities) = (new int[Classes * 50], new float[Classes * 50 * Classes]);
        for (var row = 0; row < given.Length; row++)
        {
            var (label, number) = (row / 50, row % 50);
            given[row] = label;
            var own = number == 0 ? 0.2f : number % 2 == 0 ? 0.9f : 0.5f;
            var next = number == 0 ? 0.8f : 1 - own;
            probabilities[(row * Classes) + label] = own;
            probabilities[(row * Classes) + ((label + 1) % Classes)] = next;
        }

        var found = ConfidentLearning.Find(given, probabilities, Classes);

        Assert.Equal(Enumerable.Range(0, Classes).Select(label => label * 50), found.Select(label => label.Row).Order());
        Assert.All(found, label => Assert.Equal((given[label.Row] + 1) % Classes, label.Suggested));
    }

    [Fact]
    public void The_suggested_class_is_the_most_probable_one_even_where_the_row_is_confident_of_another()
    {
        // Rows 0 to 2 are sure of class 0; row 3 is confident of class 2 alone, whose threshold is low.
        int[] given = [0, 0, 0, 0, 1, 2];
        float[] probabilities =
        [
            0.9f, 0.1f, 0,
            0.9f, 0.1f, 0,
            0.9f, 0.1f, 0,
            0.1f, 0.5f, 0.4f,
            0.1f, 0.8f, 0.1f,
            0.3f, 0.3f, 0.4f,
        ];

        Assert.Equal([new(3, 1, 0.1f)], ConfidentLearning.Find(given, probabilities, classes: 3));
    }

    [Fact]
    public void Labels_that_a_sure_model_agrees_with_are_never_doubtful()
    {
        int[] given = [0, 1, 2, 0, 1, 2];
        var probabilities = given.SelectMany(label => Enumerable.Range(0, 3).Select(c => c == label ? 0.98f : 0.01f)).ToArray();

        Assert.Empty(ConfidentLearning.Find(given, probabilities, classes: 3));
    }

    [Fact]
    public async Task Swapped_labels_of_a_calibrated_model_are_found_and_no_agreeing_row_ever_is()
        => await Seeds.EachAsync(usual: 20, seed =>
        {
            // The model is nearly sure of the truth; a tenth of the labels are swapped.
            const int Rows = 400;
            var random = new SplitMix64((ulong)seed);
            var classes = 2 + random.Below(5);
            var (truth, given, probabilities) = (new int[Rows], new int[Rows], new float[Rows * classes]);
            for (var row = 0; row < Rows; row++)
            {
                truth[row] = row % classes;
                given[row] = random.Chance(0.1f) ? (truth[row] + 1 + random.Below(classes - 1)) % classes : truth[row];
                var sure = random.Between(0.8f, 0.95f);
                for (var c = 0; c < classes; c++)
                    probabilities[(row * classes) + c] = c == truth[row] ? sure : (1 - sure) / (classes - 1);
            }

            var found = ConfidentLearning.Find(given, probabilities, classes);

            Assert.All(found, label => Assert.NotEqual(given[label.Row], label.Suggested));
            Assert.All(found, label => Assert.Equal(truth[label.Row], label.Suggested));
            Assert.Equal(found.Count, found.DistinctBy(label => label.Row).Count());
            Assert.Equal(found.OrderBy(label => label.SelfConfidence).Select(label => label.Row), found.Select(label => label.Row));
            var swapped = Enumerable.Range(0, Rows).Count(row => truth[row] != given[row]);
            Assert.InRange(found.Count, swapped / 2, swapped);
            return Task.CompletedTask;
        });

    [Fact]
    public void A_class_without_rows_and_one_with_a_single_row_are_nothing_special()
    {
        int[] given = [0, 0, 2];
        float[] probabilities = [0.9f, 0.05f, 0.05f, 0.9f, 0.05f, 0.05f, 0.9f, 0.05f, 0.05f];

        Assert.Empty(ConfidentLearning.Find(given, probabilities, classes: 3));
        Assert.Empty(ConfidentLearning.Find([], [], classes: 3));
    }
}
