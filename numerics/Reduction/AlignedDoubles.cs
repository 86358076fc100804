using System.Runtime.CompilerServices;

namespace Pomona.Numerics.Reduction;

/// <summary>
/// Zeroed float64 storage that begins on a cache line and never moves, so that kernels may hold pointers into it: a
/// 64-byte load that straddles two lines costs as much as two.
/// </summary>
internal sealed unsafe class AlignedDoubles
{
    private const int LineDoubles = 8;
    private readonly double[] _storage;

    public AlignedDoubles(long length)
    {
        Length = checked((int)length);
        _storage = GC.AllocateArray<double>(checked(Length + LineDoubles - 1), pinned: true);
        var address = (nuint)Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(_storage));
        First = (double*)((address + 63) & ~(nuint)63);
    }

    public int Length { get; }

    /// <summary>The first of them; valid while this object is reachable: end with <see cref="GC.KeepAlive"/> where needed.</summary>
    public double* First { get; }

    public Span<double> Span => new(First, Length);
}
