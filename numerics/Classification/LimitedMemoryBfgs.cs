namespace Pomona.Numerics.Classification;

/// <summary>
/// Minimises a smooth convex function of many numbers: L-BFGS (Nocedal and Wright, "Numerical Optimization", 2nd edition,
/// algorithms 7.4 and 7.5) with a backtracking line search. Everything in a fixed order, so that equal input gives equal
/// output.
/// </summary>
internal static class LimitedMemoryBfgs
{
    /// <summary>Computes the value at a point and fills in the gradient there.</summary>
    public delegate double Objective(ReadOnlySpan<double> point, Span<double> gradient);

    private const int Memory = 10;

    /// <summary>
    /// The best point found from <paramref name="start"/> on: where no partial derivative is larger than
    /// <paramref name="tolerance"/>, or after <paramref name="mostSteps"/>.
    /// </summary>
    public static double[] Minimise(double[] start, Objective objective, double tolerance = 1e-4, int mostSteps = 100)
    {
        var point = (double[])start.Clone();
        var gradient = new double[point.Length];
        var value = objective(point, gradient);
        var (nextPoint, nextGradient, direction) = (new double[point.Length], new double[point.Length], new double[point.Length]);
        var history = new List<(double[] Step, double[] Change, double Curvature)>(Memory + 1);
        // Arrays of this size are collected late: those that leave the history are used again.
        var (step, change) = (new double[point.Length], new double[point.Length]);

        for (var iteration = 0; iteration < mostSteps && Largest(gradient) > tolerance; iteration++)
        {
            Direction(gradient, history, direction);
            var descent = Dot(direction, gradient);
            if (descent >= 0)
            {
                // Rounding has spoilt the model of the curvature: begin again, downhill.
                history.Clear();
                Direction(gradient, history, direction);
                descent = Dot(direction, gradient);
            }

            var length = history.Count == 0 ? Math.Min(1, 1 / Math.Sqrt(-descent)) : 1.0;
            var nextValue = double.PositiveInfinity;
            var accepted = false;
            for (var tries = 0; tries < 30 && !accepted; tries++)
            {
                for (var i = 0; i < point.Length; i++)
                    nextPoint[i] = point[i] + (length * direction[i]);
                nextValue = objective(nextPoint, nextGradient);
                accepted = nextValue <= value + (1e-4 * length * descent);
                length /= 2;
            }

            if (!accepted)
                break; // Nothing below within the precision of the function.

            for (var i = 0; i < point.Length; i++)
                (step[i], change[i]) = (nextPoint[i] - point[i], nextGradient[i] - gradient[i]);
            var curvature = Dot(step, change);
            if (curvature > 1e-12 * Dot(change, change))
            {
                history.Add((step, change, curvature));
                if (history.Count > Memory)
                {
                    (step, change, _) = history[0];
                    history.RemoveAt(0);
                }
                else
                {
                    (step, change) = (new double[point.Length], new double[point.Length]);
                }
            }

            (point, nextPoint) = (nextPoint, point);
            (gradient, nextGradient) = (nextGradient, gradient);
            value = nextValue;
        }

        return point;
    }

    // The two-loop recursion: minus the inverse Hessian's estimate, times the gradient.
    private static void Direction(
        double[] gradient, List<(double[] Step, double[] Change, double Curvature)> history, double[] direction)
    {
        for (var i = 0; i < gradient.Length; i++)
            direction[i] = -gradient[i];
        if (history.Count == 0)
            return;

        var shares = new double[history.Count];
        for (var k = history.Count - 1; k >= 0; k--)
        {
            shares[k] = Dot(history[k].Step, direction) / history[k].Curvature;
            Add(-shares[k], history[k].Change, direction);
        }

        var (_, lastChange, lastCurvature) = history[^1];
        var scale = lastCurvature / Dot(lastChange, lastChange);
        for (var i = 0; i < direction.Length; i++)
            direction[i] *= scale;
        for (var k = 0; k < history.Count; k++)
            Add(shares[k] - (Dot(history[k].Change, direction) / history[k].Curvature), history[k].Step, direction);
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private static void Add(double scale, double[] x, double[] y)
    {
        for (var i = 0; i < x.Length; i++)
            y[i] += scale * x[i];
    }

    private static double Largest(double[] values)
    {
        var most = 0.0;
        foreach (var value in values)
            most = Math.Max(most, Math.Abs(value));
        return most;
    }
}
