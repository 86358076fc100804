using System.Numerics;

namespace Pomona.Numerics.Randomness;

/// <summary>
/// A seeded sequence of random numbers that is the same on every machine and runtime version, which
/// <see cref="Random"/> does not promise. The generator is SplitMix64: Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators", OOPSLA 2014.
/// </summary>
public sealed class SplitMix64(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A sequence of its own for each text, for instance one per image name, whatever the order of use.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="text">What the sequence is for.</param>
    public static SplitMix64 For(int seed, string text) => new(Hash(seed, text));

    /// <summary>64 well-mixed bits of the seed and the text's UTF-16 units: FNV-1a, then SplitMix64's finaliser.</summary>
    public static ulong Hash(int seed, string text)
    {
        var hash = Mix(unchecked((ulong)seed) ^ 0xCBF29CE484222325UL);
        foreach (var unit in text)
            hash = unchecked((hash ^ unit) * 0x100000001B3UL);
        return Mix(hash);
    }

    /// <summary>The next 64 bits.</summary>
    public ulong Next() => Mix(unchecked(_state += 0x9E3779B97F4A7C15UL));

    /// <summary>A whole number from 0 to <paramref name="exclusive"/> − 1, each equally likely.</summary>
    public int Below(int exclusive)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusive);
        // The high word of a 64 × 64 bit product; its bias of at most exclusive / 2^64 is beyond measuring.
        return (int)Math.BigMul(Next(), (ulong)exclusive, out _);
    }

    /// <summary>A number from <paramref name="from"/> up to, but not including, <paramref name="to"/>.</summary>
    public float Between(float from, float to) => from + ((to - from) * ((Next() >> 40) * (1f / (1 << 24))));

    /// <summary>True with the given probability.</summary>
    public bool Chance(float probability) => Between(0, 1) < probability;

    /// <summary>A direction, each equally likely.</summary>
    public Vector3 Direction()
    {
        var y = Between(-1, 1);
        var (sin, cos) = MathF.SinCos(Between(0, MathF.Tau));
        var ring = MathF.Sqrt(1 - (y * y));
        return new Vector3(ring * cos, y, ring * sin);
    }

    /// <summary>The items in a random order (Fisher and Yates, in Durstenfeld's form).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }
}
