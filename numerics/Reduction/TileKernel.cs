using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pomona.Numerics.Reduction;

/// <summary>
/// The one inner loop of the reduction: C += AᵀB for a C of 8 × 24, where A is one panel and B three panels of eight
/// columns. A panel holds its columns side by side, row after row: element (k, c) is at 8k + c. All of C stays in
/// registers while k runs (the blocking of Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication",
/// ACM TOMS 34, 2008), so that each loaded number feeds many fused multiply-adds.
/// </summary>
/// <remarks>
/// Every element of C is one sum over k in ascending order, each step fused (<see cref="Lanes"/>): the instruction sets agree
/// bit for bit.
/// </remarks>
internal static unsafe class TileKernel
{
    /// <summary>Columns of a panel, and rows of a tile.</summary>
    public const int PanelColumns = 8;

    /// <summary>Panels that make a tile's columns.</summary>
    public const int TilePanels = 3;

    public const int TileColumns = TilePanels * PanelColumns;

    /// <summary>Adds AᵀB to C with the widest instructions this processor has.</summary>
    /// <param name="a">A panel of <paramref name="depth"/> rows.</param>
    /// <param name="b0">The panel for columns 0–7.</param>
    /// <param name="b1">The panel for columns 8–15.</param>
    /// <param name="b2">The panel for columns 16–23.</param>
    /// <param name="depth">Rows of each panel.</param>
    /// <param name="c">The tile's first element.</param>
    /// <param name="stride">Doubles from one row of the tile to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(double* a, double* b0, double* b1, double* b2, int depth, double* c, nint stride)
    {
        if (Avx512F.IsSupported)
            Add512(a, b0, b1, b2, depth, c, stride);
        else if (Fma.IsSupported)
            Add256(a, b0, b1, b2, depth, c, stride);
        else
            Add128(a, b0, b1, b2, depth, c, stride);
    }

    /// <summary>24 accumulators of eight doubles.</summary>
    public static void Add512(double* a, double* b0, double* b1, double* b2, int depth, double* c, nint stride)
    {
        double* c0 = c, c1 = c0 + stride, c2 = c1 + stride, c3 = c2 + stride;
        double* c4 = c3 + stride, c5 = c4 + stride, c6 = c5 + stride, c7 = c6 + stride;
        Vector512<double> s00 = Vector512.Load(c0), s01 = Vector512.Load(c0 + 8), s02 = Vector512.Load(c0 + 16);
        Vector512<double> s10 = Vector512.Load(c1), s11 = Vector512.Load(c1 + 8), s12 = Vector512.Load(c1 + 16);
        Vector512<double> s20 = Vector512.Load(c2), s21 = Vector512.Load(c2 + 8), s22 = Vector512.Load(c2 + 16);
        Vector512<double> s30 = Vector512.Load(c3), s31 = Vector512.Load(c3 + 8), s32 = Vector512.Load(c3 + 16);
        Vector512<double> s40 = Vector512.Load(c4), s41 = Vector512.Load(c4 + 8), s42 = Vector512.Load(c4 + 16);
        Vector512<double> s50 = Vector512.Load(c5), s51 = Vector512.Load(c5 + 8), s52 = Vector512.Load(c5 + 16);
        Vector512<double> s60 = Vector512.Load(c6), s61 = Vector512.Load(c6 + 8), s62 = Vector512.Load(c6 + 16);
        Vector512<double> s70 = Vector512.Load(c7), s71 = Vector512.Load(c7 + 8), s72 = Vector512.Load(c7 + 16);

        for (nint k = 0, end = (nint)depth * PanelColumns; k < end; k += PanelColumns)
        {
            var x = Vector512.LoadAligned(b0 + k);
            var y = Vector512.LoadAligned(b1 + k);
            var z = Vector512.LoadAligned(b2 + k);
            var w = Vector512.Create(a[k]);
            s00 = Avx512F.FusedMultiplyAdd(w, x, s00);
            s01 = Avx512F.FusedMultiplyAdd(w, y, s01);
            s02 = Avx512F.FusedMultiplyAdd(w, z, s02);
            w = Vector512.Create(a[k + 1]);
            s10 = Avx512F.FusedMultiplyAdd(w, x, s10);
            s11 = Avx512F.FusedMultiplyAdd(w, y, s11);
            s12 = Avx512F.FusedMultiplyAdd(w, z, s12);
            w = Vector512.Create(a[k + 2]);
            s20 = Avx512F.FusedMultiplyAdd(w, x, s20);
            s21 = Avx512F.FusedMultiplyAdd(w, y, s21);
            s22 = Avx512F.FusedMultiplyAdd(w, z, s22);
            w = Vector512.Create(a[k + 3]);
            s30 = Avx512F.FusedMultiplyAdd(w, x, s30);
            s31 = Avx512F.FusedMultiplyAdd(w, y, s31);
            s32 = Avx512F.FusedMultiplyAdd(w, z, s32);
            w = Vector512.Create(a[k + 4]);
            s40 = Avx512F.FusedMultiplyAdd(w, x, s40);
            s41 = Avx512F.FusedMultiplyAdd(w, y, s41);
            s42 = Avx512F.FusedMultiplyAdd(w, z, s42);
            w = Vector512.Create(a[k + 5]);
            s50 = Avx512F.FusedMultiplyAdd(w, x, s50);
            s51 = Avx512F.FusedMultiplyAdd(w, y, s51);
            s52 = Avx512F.FusedMultiplyAdd(w, z, s52);
            w = Vector512.Create(a[k + 6]);
            s60 = Avx512F.FusedMultiplyAdd(w, x, s60);
            s61 = Avx512F.FusedMultiplyAdd(w, y, s61);
            s62 = Avx512F.FusedMultiplyAdd(w, z, s62);
            w = Vector512.Create(a[k + 7]);
            s70 = Avx512F.FusedMultiplyAdd(w, x, s70);
            s71 = Avx512F.FusedMultiplyAdd(w, y, s71);
            s72 = Avx512F.FusedMultiplyAdd(w, z, s72);
        }

        s00.Store(c0);
        s01.Store(c0 + 8);
        s02.Store(c0 + 16);
        s10.Store(c1);
        s11.Store(c1 + 8);
        s12.Store(c1 + 16);
        s20.Store(c2);
        s21.Store(c2 + 8);
        s22.Store(c2 + 16);
        s30.Store(c3);
        s31.Store(c3 + 8);
        s32.Store(c3 + 16);
        s40.Store(c4);
        s41.Store(c4 + 8);
        s42.Store(c4 + 16);
        s50.Store(c5);
        s51.Store(c5 + 8);
        s52.Store(c5 + 16);
        s60.Store(c6);
        s61.Store(c6 + 8);
        s62.Store(c6 + 16);
        s70.Store(c7);
        s71.Store(c7 + 8);
        s72.Store(c7 + 16);
    }

    /// <summary>Four rows by three vectors of four doubles at a time: twelve accumulators.</summary>
    public static void Add256(double* a, double* b0, double* b1, double* b2, int depth, double* c, nint stride)
    {
        for (var row = 0; row < PanelColumns; row += 4)
        {
            var corner = c + row * stride;
            Quad256(a + row, b0, b0 + 4, b1, depth, corner, stride);
            Quad256(a + row, b1 + 4, b2, b2 + 4, depth, corner + 12, stride);
        }
    }

    private static void Quad256(double* a, double* x0, double* y0, double* z0, int depth, double* c, nint stride)
    {
        double* c0 = c, c1 = c0 + stride, c2 = c1 + stride, c3 = c2 + stride;
        Vector256<double> s00 = Vector256.Load(c0), s01 = Vector256.Load(c0 + 4), s02 = Vector256.Load(c0 + 8);
        Vector256<double> s10 = Vector256.Load(c1), s11 = Vector256.Load(c1 + 4), s12 = Vector256.Load(c1 + 8);
        Vector256<double> s20 = Vector256.Load(c2), s21 = Vector256.Load(c2 + 4), s22 = Vector256.Load(c2 + 8);
        Vector256<double> s30 = Vector256.Load(c3), s31 = Vector256.Load(c3 + 4), s32 = Vector256.Load(c3 + 8);

        for (nint k = 0, end = (nint)depth * PanelColumns; k < end; k += PanelColumns)
        {
            var x = Vector256.Load(x0 + k);
            var y = Vector256.Load(y0 + k);
            var z = Vector256.Load(z0 + k);
            var w = Vector256.Create(a[k]);
            s00 = Lanes.MultiplyAdd(w, x, s00);
            s01 = Lanes.MultiplyAdd(w, y, s01);
            s02 = Lanes.MultiplyAdd(w, z, s02);
            w = Vector256.Create(a[k + 1]);
            s10 = Lanes.MultiplyAdd(w, x, s10);
            s11 = Lanes.MultiplyAdd(w, y, s11);
            s12 = Lanes.MultiplyAdd(w, z, s12);
            w = Vector256.Create(a[k + 2]);
            s20 = Lanes.MultiplyAdd(w, x, s20);
            s21 = Lanes.MultiplyAdd(w, y, s21);
            s22 = Lanes.MultiplyAdd(w, z, s22);
            w = Vector256.Create(a[k + 3]);
            s30 = Lanes.MultiplyAdd(w, x, s30);
            s31 = Lanes.MultiplyAdd(w, y, s31);
            s32 = Lanes.MultiplyAdd(w, z, s32);
        }

        s00.Store(c0);
        s01.Store(c0 + 4);
        s02.Store(c0 + 8);
        s10.Store(c1);
        s11.Store(c1 + 4);
        s12.Store(c1 + 8);
        s20.Store(c2);
        s21.Store(c2 + 4);
        s22.Store(c2 + 8);
        s30.Store(c3);
        s31.Store(c3 + 4);
        s32.Store(c3 + 8);
    }

    /// <summary>Four rows by three vectors of two doubles at a time: twelve accumulators.</summary>
    public static void Add128(double* a, double* b0, double* b1, double* b2, int depth, double* c, nint stride)
    {
        for (var row = 0; row < PanelColumns; row += 4)
        {
            var corner = c + row * stride;
            Quad128(a + row, b0, b0 + 2, b0 + 4, depth, corner, stride);
            Quad128(a + row, b0 + 6, b1, b1 + 2, depth, corner + 6, stride);
            Quad128(a + row, b1 + 4, b1 + 6, b2, depth, corner + 12, stride);
            Quad128(a + row, b2 + 2, b2 + 4, b2 + 6, depth, corner + 18, stride);
        }
    }

    private static void Quad128(double* a, double* x0, double* y0, double* z0, int depth, double* c, nint stride)
    {
        double* c0 = c, c1 = c0 + stride, c2 = c1 + stride, c3 = c2 + stride;
        Vector128<double> s00 = Vector128.Load(c0), s01 = Vector128.Load(c0 + 2), s02 = Vector128.Load(c0 + 4);
        Vector128<double> s10 = Vector128.Load(c1), s11 = Vector128.Load(c1 + 2), s12 = Vector128.Load(c1 + 4);
        Vector128<double> s20 = Vector128.Load(c2), s21 = Vector128.Load(c2 + 2), s22 = Vector128.Load(c2 + 4);
        Vector128<double> s30 = Vector128.Load(c3), s31 = Vector128.Load(c3 + 2), s32 = Vector128.Load(c3 + 4);

        for (nint k = 0, end = (nint)depth * PanelColumns; k < end; k += PanelColumns)
        {
            var x = Vector128.Load(x0 + k);
            var y = Vector128.Load(y0 + k);
            var z = Vector128.Load(z0 + k);
            var w = Vector128.Create(a[k]);
            s00 = Lanes.MultiplyAdd(w, x, s00);
            s01 = Lanes.MultiplyAdd(w, y, s01);
            s02 = Lanes.MultiplyAdd(w, z, s02);
            w = Vector128.Create(a[k + 1]);
            s10 = Lanes.MultiplyAdd(w, x, s10);
            s11 = Lanes.MultiplyAdd(w, y, s11);
            s12 = Lanes.MultiplyAdd(w, z, s12);
            w = Vector128.Create(a[k + 2]);
            s20 = Lanes.MultiplyAdd(w, x, s20);
            s21 = Lanes.MultiplyAdd(w, y, s21);
            s22 = Lanes.MultiplyAdd(w, z, s22);
            w = Vector128.Create(a[k + 3]);
            s30 = Lanes.MultiplyAdd(w, x, s30);
            s31 = Lanes.MultiplyAdd(w, y, s31);
            s32 = Lanes.MultiplyAdd(w, z, s32);
        }

        s00.Store(c0);
        s01.Store(c0 + 2);
        s02.Store(c0 + 4);
        s10.Store(c1);
        s11.Store(c1 + 2);
        s12.Store(c1 + 4);
        s20.Store(c2);
        s21.Store(c2 + 2);
        s22.Store(c2 + 4);
        s30.Store(c3);
        s31.Store(c3 + 2);
        s32.Store(c3 + 4);
    }
}
