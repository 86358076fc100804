using System.Globalization;
using Pomona.Contracts;
using Pomona.Job.Quality;

namespace Pomona.Job.Reporting;

/// <summary>A kind of finding on the page: what it is, how many there are, the most sure ones, and how to list them all.</summary>
internal sealed record QualityView(string Title, string Text, string Command, IReadOnlyList<QualityGroup> Groups, string? Note)
{
    private const int LongerSide = 96;
    private const int ShorterSide = 12;

    public static IReadOnlyList<QualityView> Of(ReportQuality quality) => [.. quality.Kinds.Select(kind => Of(kind, quality.Pictures))];

    private static QualityView Of(FindingExcerpt kind, IReadOnlyDictionary<string, ReportPicture> pictures)
    {
        var shown = kind.Shown.Sum(static group => (long)group.Images.Count);
        var isGrouped = kind.Shown[0].Images[0].Group is not null;
        return new QualityView(
            TitleOf(kind.Kind),
            ReportProse.Finding(kind),
            $"grep '\"finding\":\"{kind.Kind}\"' {RunLayout.Quality}",
            isGrouped
                ? [.. kind.Shown.Select(group => new QualityGroup(CaptionOf(group), [.. group.Images.Select(Picture)]))]
                : [new QualityGroup(null, [.. kind.Shown.SelectMany(static group => group.Images).Select(Picture)])],
            shown < kind.Findings
                ? $"The {ShownNumbers.Count(shown)} most sure of {ShownNumbers.Count(kind.Findings)}."
                : null);

        QualityPicture Picture(Finding finding) => PictureOf(finding, pictures.GetValueOrDefault(finding.Image));
    }

    private static string TitleOf(string kind) => kind switch
    {
        FindingKind.Duplicate => "Equal files",
        FindingKind.NearDuplicate => "The same picture again",
        FindingKind.Label => "Labels that do not fit",
        FindingKind.Outlier => "Unlike their class",
        FindingKind.Blurred => "Blurred",
        FindingKind.Dark => "Dark",
        FindingKind.Bright => "Bright",
        FindingKind.Size => "Odd sizes",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "there is no such kind"),
    };

    private static string CaptionOf(ShownGroup group)
    {
        var first = group.Images[0];
        string?[] parts =
        [
            ShownNumbers.Count(group.Images.Count + group.More, "image", "images"),
            first.Across is Finding.Classes or Finding.ClassesAndSplit ? "in several classes" : null,
            first.Across is Finding.Split or Finding.ClassesAndSplit ? "in training and test set" : null,
            first.IsSeries == true ? "a series" : null,
            group.More > 0 ? $"{ShownNumbers.Count(group.Images.Count)} of them shown" : null,
        ];
        return string.Join(", ", parts.Where(static part => part is not null));
    }

    private static QualityPicture PictureOf(Finding finding, ReportPicture? picture)
    {
        var source = picture is null ? null
            : picture.IsThumbnail ? "data:image/jpeg;base64," + Convert.ToBase64String(picture.Bytes)
            : "data:image/bmp;base64," + Convert.ToBase64String(SmallPicture.ToBitmap(picture.Bytes));
        var longer = picture is null ? 1.0 : Math.Max(picture.Width, picture.Height);
        var note = finding switch
        {
            { Suggested: { } suggested } => $"rather {Printable.Excerpt(suggested, 80)}?",
            { Kind: FindingKind.Size } when picture is not null => string.Create(CultureInfo.InvariantCulture, $"{picture.Width} × {picture.Height}"),
            _ => null,
        };
        return new QualityPicture(
            source,
            Side(picture?.Width ?? 1),
            Side(picture?.Height ?? 1),
            Printable.Excerpt(finding.Image, 260),
            Printable.Excerpt(finding.Label, 80),
            note,
            finding.Score.ToString("0.00", CultureInfo.InvariantCulture));

        int Side(int side) => Math.Max(ShorterSide, (int)Math.Round(LongerSide * side / longer));
    }
}

/// <summary>Pictures that stand together, and what is said of them; null where each stands for itself.</summary>
internal sealed record QualityGroup(string? Caption, IReadOnlyList<QualityPicture> Pictures);

/// <summary>An image that may be wrong.</summary>
/// <param name="Source">Its picture's address; null where there is none.</param>
/// <param name="Width">Its columns on the page.</param>
/// <param name="Height">Its rows.</param>
/// <param name="Name">Its key.</param>
/// <param name="Label">Its class.</param>
/// <param name="Note">What else there is to say; null for nothing.</param>
/// <param name="Score">How sure, 0.00 to 1.00.</param>
internal sealed record QualityPicture(string? Source, int Width, int Height, string Name, string Label, string? Note, string Score);
