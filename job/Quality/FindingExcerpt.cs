using Pomona.Contracts;

namespace Pomona.Job.Quality;

/// <summary>What of one kind of finding is shown: how many there are, and the most sure of them.</summary>
/// <param name="Kind">One of <see cref="FindingKind"/>.</param>
/// <param name="Findings">How many.</param>
/// <param name="Groups">In how many groups; of kinds without groups as many as there are findings.</param>
/// <param name="AcrossClasses">Groups of several classes.</param>
/// <param name="AcrossSplit">Groups with images for training and for testing.</param>
/// <param name="Series">Groups that are a series, and lie across neither.</param>
/// <param name="Shown">The most sure groups.</param>
internal sealed record FindingExcerpt(
    string Kind, long Findings, long Groups, long AcrossClasses, long AcrossSplit, long Series, IReadOnlyList<ShownGroup> Shown)
{
    /// <summary>The most images that are shown of a kind.</summary>
    public const int MostImages = 24;

    /// <summary>The most images that are shown of a group.</summary>
    public const int MostOfGroup = 6;

    /// <summary>Of each kind that was found, in the order of <see cref="FindingKind.All"/>.</summary>
    /// <param name="ordered">A run's findings in their order, so that a group's stand together.</param>
    public static IReadOnlyList<FindingExcerpt> Of(IReadOnlyList<Finding> ordered)
    {
        var kinds = FindingKind.All.Select(static kind => new Counting(kind)).ToArray();
        foreach (var finding in ordered)
            kinds.First(kind => kind.Kind == finding.Kind).Add(finding);
        return [.. kinds.Where(static kind => kind.Findings > 0).Select(static kind => kind.Excerpt())];
    }

    private sealed class Counting(string kind)
    {
        private readonly List<(List<Finding> Images, int Count)> _shown = [];
        private (long Groups, long Classes, long Split, long Series) _counts;
        private string? _group;
        private int _images;
        private bool _isShown;

        public string Kind => kind;

        public long Findings { get; private set; }

        public void Add(Finding finding)
        {
            if (finding.Group is null || finding.Group != _group)
                Begin(finding);
            Findings++;
            if (!_isShown)
                return;
            var (images, count) = _shown[^1];
            if (images.Count < MostOfGroup && _images < MostImages)
            {
                images.Add(finding);
                _images++;
            }

            _shown[^1] = (images, count + 1);
        }

        public FindingExcerpt Excerpt() => new(
            kind, Findings, _counts.Groups, _counts.Classes, _counts.Split, _counts.Series, [.. _shown.Select(static group => new ShownGroup(group.Images, group.Count - group.Images.Count))]);

        private void Begin(Finding finding)
        {
            _group = finding.Group;
            _counts.Groups++;
            _counts.Classes += finding.Across is Finding.Classes or Finding.ClassesAndSplit ? 1 : 0;
            _counts.Split += finding.Across is Finding.Split or Finding.ClassesAndSplit ? 1 : 0;
            _counts.Series += finding.IsSeries == true && finding.Across is null ? 1 : 0;
            // One image of a group alone says nothing.
            _isShown = _images < MostImages - (finding.Group is null ? 0 : 1);
            if (_isShown)
                _shown.Add(([], 0));
        }
    }
}

/// <summary>A group of images that are shown together, or a single one.</summary>
/// <param name="Images">Those that are shown.</param>
/// <param name="More">How many it has besides.</param>
internal sealed record ShownGroup(IReadOnlyList<Finding> Images, int More);
