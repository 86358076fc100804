namespace Pomona.Job.Quality;

/// <summary>What pairs connect: disjoint sets of numbers, each known by its smallest (union and find, with halved paths).</summary>
/// <param name="count">The numbers are 0 to count − 1.</param>
internal sealed class ConnectedGroups(int count)
{
    private readonly int[] _before = [.. Enumerable.Range(0, count)];

    /// <summary>Two numbers are of one group from now on, and all that are with them.</summary>
    public void Join(int one, int other)
    {
        (one, other) = (FirstOf(one), FirstOf(other));
        _before[Math.Max(one, other)] = Math.Min(one, other);
    }

    /// <summary>The smallest number of a number's group.</summary>
    public int FirstOf(int number)
    {
        while (_before[number] != number)
            number = _before[number] = _before[_before[number]];
        return number;
    }
}
