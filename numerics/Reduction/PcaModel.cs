using System.Text.Json.Nodes;

namespace Pomona.Numerics.Reduction;

/// <summary>
/// Scaling and principal components: everything that turns features into components,
/// yₖ = Σⱼ Components[k][j] · (xⱼ − Mean[j]) / Scale[j].
/// </summary>
/// <param name="Count">Images that scaling and components were fitted to.</param>
/// <param name="Mean">Per feature.</param>
/// <param name="Scale">Per feature; the population standard deviation, or 1 where that is zero.</param>
/// <param name="Components">Per component a unit vector with a loading per feature.</param>
/// <param name="ExplainedVariance">
/// Per component: its sample variance (with n − 1), largest first; where the components were kept from other images, in their order.
/// </param>
/// <param name="ExplainedVarianceRatio">Per component: its share of the total variance.</param>
/// <param name="TotalVariance">The sample variances of all standardised features together.</param>
/// <param name="OwnVarianceShare">
/// Where scaling and components were kept from other images: the share that as many components fitted to these images would keep of
/// their variance, scaled alike; else null.
/// </param>
public sealed record PcaModel(
    long Count,
    double[] Mean,
    double[] Scale,
    double[][] Components,
    double[] ExplainedVariance,
    double[] ExplainedVarianceRatio,
    double TotalVariance,
    double? OwnVarianceShare = null)
{
    private readonly Lazy<Projection> _projection = new(() => new Projection(Mean, Scale, Components));

    /// <summary>Numbers per image before reduction.</summary>
    public int Width => Mean.Length;

    /// <summary>The components' share of the total variance together, 0 to 1: rounding alone could make the sum a little more.</summary>
    public double ExplainedVarianceShare => Math.Clamp(ExplainedVarianceRatio.Sum(), 0, 1);

    /// <summary>Turns features into components. Several threads may call this at once.</summary>
    /// <param name="features">One image's features, or those of several one after the other.</param>
    /// <param name="components">Room for as many images' components.</param>
    /// <exception cref="ArgumentException">The spans are not whole images, or not equally many.</exception>
    /// <remarks>Computed in float64 and rounded once; an image's result does not depend on its neighbours.</remarks>
    public void Project(ReadOnlySpan<float> features, Span<float> components)
        => _projection.Value.Apply(features, components);

    /// <summary>Writes <c>pca.json</c>; see <see cref="PcaJson"/>.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="about">What the model was made with: image model, resize filter and so on.</param>
    public void WriteJson(Stream output, JsonObject? about) => PcaJson.Write(this, about, output);

    /// <summary>Reads what <see cref="WriteJson"/> wrote, to the last bit.</summary>
    /// <exception cref="InvalidDataException">The stream holds something else.</exception>
    public static PcaModel ReadJson(Stream input) => PcaJson.Read(input, out _);

    /// <inheritdoc cref="ReadJson(Stream)"/>
    /// <param name="input">Where from.</param>
    /// <param name="about">What the model was made with.</param>
    public static PcaModel ReadJson(Stream input, out JsonObject about) => PcaJson.Read(input, out about);
}
