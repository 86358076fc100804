
namespace Pomona.Job.Reporting.View;

/// <summary>
/// How a class is drawn on the map: a shape and a colour, so that it can be told without colour vision too. 64 classes look
/// different; after that the marks repeat.
/// </summary>
/// <param name="Shape">Index into <see cref="Shapes"/>.</param>
/// <param name="Colour">0 to 7: a class of report.css.</param>
internal sealed record ClassMark(int Shape, int Colour)
{
    /// <summary>SVG paths around the origin, of about equal area.</summary>
    public static IReadOnlyList<string> Shapes { get; } =
    [
        "M4.6 0A4.6 4.6 0 1 1-4.6 0A4.6 4.6 0 1 1 4.6 0Z",
        "M-4.1-4.1H4.1V4.1H-4.1Z",
        "M0-5.8L5.4 4H-5.4Z",
        "M0-6L5.2 0L0 6L-5.2 0Z",
        "M-1.9-5.4H1.9V-1.9H5.4V1.9H1.9V5.4H-1.9V1.9H-5.4V-1.9H-1.9Z",
        "M0 5.8L5.4-4H-5.4Z",
        "M0-6.4L1.8-2.2L6.1-2L2.8 .9L3.9 5.2L0 2.8L-3.9 5.2L-2.8 .9L-6.1-2L-1.8-2.2Z",
        "M-5.2-2.6L-2.6-5.2L0-2.6L2.6-5.2L5.2-2.6L2.6 0L5.2 2.6L2.6 5.2L0 2.6L-2.6 5.2L-5.2 2.6L-2.6 0Z",
    ];

    /// <summary>The mark of the class with this index: every eighth class the shapes move on by one against the colours.</summary>
    public static ClassMark Of(int index) => new((index + (index / 8)) % 8, index % 8);
}
