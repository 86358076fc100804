using ParquetSharp;
using ParquetSharp.IO;

namespace Pomona.Job.Parquet;

/// <summary>
/// Writes what a model says of images as Parquet, a row group at a time, so that memory does not grow with them.
/// <code>
/// message schema {
///   required binary image (STRING);
///   required binary class (STRING);
///   required float probability;
///   required group components (LIST) { repeated group list { required float element; } }
/// }
/// </code>
/// </summary>
internal sealed class AppliedPart : IDisposable
{
    private readonly ManagedOutputStream _output;
    private readonly ParquetFileWriter _file;
    private readonly PartRows _rows;

    /// <summary>Begins a file.</summary>
    /// <param name="output">Where to; left open.</param>
    /// <param name="components">Numbers per row, at least one.</param>
    public AppliedPart(Stream output, int components)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(components);
        using var schema = PartLayout.Schema("class", "components", hasProbability: true);
        using var encoding = PartLayout.Encoding(components, PartLayout.Memory());
        _output = new ManagedOutputStream(output, leaveOpen: true);
        _file = new ParquetFileWriter(_output, schema, encoding);
        _rows = new PartRows(_file, components, hasProbability: true);
    }

    public void Add(string image, string label, float probability, ReadOnlySpan<float> components) => _rows.Add(image, label, components, probability);

    /// <summary>Writes what is left and the footer.</summary>
    public void Complete()
    {
        _rows.EndGroup();
        _file.Close();
    }

    public void Dispose()
    {
        _rows.Dispose();
        _file.Dispose();
        _output.Dispose();
    }
}
