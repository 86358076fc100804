using Pomona.Contracts;

namespace Pomona.Job.Quality;

/// <summary>The order of findings in a run's file: the most sure first, a group's together, of equally sure groups those that lie across something first.</summary>
internal sealed class FindingOrder : IComparer<Finding>
{
    public static FindingOrder Instance { get; } = new();

    private FindingOrder()
    {
    }

    /// <inheritdoc/>
    public int Compare(Finding? x, Finding? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Score != y.Score)
            return y.Score.CompareTo(x.Score);
        if (x.Across is null != y.Across is null)
            return x.Across is null ? 1 : -1;
        if (x.Kind != y.Kind)
            return PlaceOf(x.Kind).CompareTo(PlaceOf(y.Kind));
        var groups = KeyOrder.Instance.Compare(x.Group, y.Group);
        return groups != 0 ? groups : KeyOrder.Instance.Compare(x.Image, y.Image);
    }

    private static int PlaceOf(string kind)
    {
        var place = 0;
        while (FindingKind.All[place] != kind)
            place++;
        return place;
    }
}
