using System.Numerics.Tensors;

namespace Pomona.Numerics.Classification;

/// <summary>
/// The k-nearest-neighbour vote: an image is of the class that most of its k nearest training images are of (Cover and
/// Hart, 1967), by Euclidean distance. Of classes with equally many votes, the one with the nearest image wins; of images
/// equally far away, the one that comes first.
/// </summary>
public sealed class NearestNeighbours
{
    /// <summary>How many neighbours vote.</summary>
    public const int Voters = 5;

    private readonly IReadOnlyList<float[]> _rows;
    private readonly int[] _labels;
    private readonly int _classes;

    /// <summary>Learns by heart.</summary>
    /// <param name="rows">The training images, at least one.</param>
    /// <param name="labels">Their classes, 0 to <paramref name="classes"/> − 1.</param>
    /// <param name="classes">How many classes there are.</param>
    public NearestNeighbours(IReadOnlyList<float[]> rows, int[] labels, int classes)
        => (_rows, _labels, _classes) = (rows, labels, classes);

    /// <summary>The class of an image.</summary>
    public int Classify(ReadOnlySpan<float> row)
    {
        Span<float> distances = stackalloc float[Voters];
        Span<int> nearest = stackalloc int[Voters];
        distances.Fill(float.PositiveInfinity);
        var voters = Math.Min(Voters, _rows.Count);
        for (var i = 0; i < _rows.Count; i++)
        {
            var distance = TensorPrimitives.Distance(row, _rows[i]);
            if (i >= voters && !(distance < distances[voters - 1]))
                continue;
            var place = Math.Min(i, voters - 1);
            for (; place > 0 && distance < distances[place - 1]; place--)
                (distances[place], nearest[place]) = (distances[place - 1], nearest[place - 1]);
            (distances[place], nearest[place]) = (distance, i);
        }

        var votes = new int[_classes];
        for (var i = 0; i < voters; i++)
            votes[_labels[nearest[i]]]++;
        var best = _labels[nearest[0]];
        for (var i = 1; i < voters; i++)
        {
            if (votes[_labels[nearest[i]]] > votes[best])
                best = _labels[nearest[i]];
        }

        return best;
    }
}
