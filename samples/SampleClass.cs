using Pomona.Numerics.Randomness;
using Pomona.Samples.Fruits;

namespace Pomona.Samples;

/// <summary>A class of drawn fruit.</summary>
/// <param name="Name">Its folder's name, which becomes the label.</param>
/// <param name="Grow">One more fruit of its kind, no two alike.</param>
internal sealed record SampleClass(string Name, Func<SplitMix64, Fruit> Grow)
{
    public static IReadOnlyList<SampleClass> All { get; } =
    [
        new("apple_granny_smith", Apple.GrannySmith),
        new("apple_red", Apple.Red),
        new("apricot", random => new Apricot(random)),
        new("avocado", random => new Avocado(random)),
        new("kiwi", random => new Kiwi(random)),
        new("lemon", random => new Lemon(random)),
        new("orange", random => new Orange(random)),
        new("pear", random => new Pear(random)),
        new("pomegranate", random => new Pomegranate(random)),
        new("strawberry", random => new Strawberry(random)),
    ];
}
