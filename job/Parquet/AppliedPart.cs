using System.Text;
using ParquetSharp;
using ParquetSharp.IO;
using ParquetSharp.Schema;

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
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly short[] _definitions;
    private readonly short[] _repetitions;
    private readonly int _rowsPerGroup;
    private readonly ManagedOutputStream _output;
    private readonly ParquetFileWriter _file;
    private RowGroupWriter? _group;
    private ColumnWriter<ByteArray> _images = null!;
    private ColumnWriter<ByteArray> _classes = null!;
    private ColumnWriter<float> _probabilities = null!;
    private ColumnWriter<float> _components = null!;
    private int _rows;

    /// <summary>Begins a file.</summary>
    /// <param name="output">Where to; left open.</param>
    /// <param name="components">Numbers per row, at least one.</param>
    public AppliedPart(Stream output, int components)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(components);
        _rowsPerGroup = PartLayout.RowsPerGroup(components);
        _definitions = new short[components];
        _repetitions = new short[components];
        _definitions.AsSpan().Fill(1);
        _repetitions.AsSpan(1).Fill(1);
        using var schema = Schema();
        using var encoding = PartLayout.Encoding(components, PartLayout.Memory());
        _output = new ManagedOutputStream(output, leaveOpen: true);
        _file = new ParquetFileWriter(_output, schema, encoding);
    }

    /// <summary>Adds a row.</summary>
    public void Add(string image, string label, float probability, ReadOnlySpan<float> components)
    {
        if (_group is null || _rows == _rowsPerGroup)
            BeginGroup();
        Write(_images, StrictUtf8.GetBytes(image));
        Write(_classes, StrictUtf8.GetBytes(label));
        _probabilities.WriteBatch([probability]);
        _components.WriteBatch(components.Length, _definitions, _repetitions, components);
        _rows++;
    }

    /// <summary>Writes what is left and the footer.</summary>
    public void Complete()
    {
        EndGroup();
        _file.Close();
    }

    public void Dispose()
    {
        _group?.Dispose();
        _file.Dispose();
        _output.Dispose();
    }

    private static unsafe void Write(ColumnWriter<ByteArray> column, byte[] text)
    {
        fixed (byte* bytes = text)
            column.WriteBatch([new ByteArray((nint)bytes, text.Length)]);
    }

    private void BeginGroup()
    {
        EndGroup();
        // Buffered: all columns take rows at once, and keep their pages compressed until the row group ends.
        _group = _file.AppendBufferedRowGroup();
        _images = (ColumnWriter<ByteArray>)_group.Column(0);
        _classes = (ColumnWriter<ByteArray>)_group.Column(1);
        _probabilities = (ColumnWriter<float>)_group.Column(2);
        _components = (ColumnWriter<float>)_group.Column(3);
        _rows = 0;
    }

    private void EndGroup()
    {
        _group?.Close();
        _group?.Dispose();
        _group = null;
    }

    private static GroupNode Schema()
    {
        using var text = LogicalType.String();
        using var plain = LogicalType.None();
        using var lists = LogicalType.List();
        using var image = new PrimitiveNode("image", Repetition.Required, text, PhysicalType.ByteArray);
        using var label = new PrimitiveNode("class", Repetition.Required, text, PhysicalType.ByteArray);
        using var probability = new PrimitiveNode("probability", Repetition.Required, plain, PhysicalType.Float);
        using var element = new PrimitiveNode("element", Repetition.Required, plain, PhysicalType.Float);
        using var list = new GroupNode("list", Repetition.Repeated, [element]);
        using var numbers = new GroupNode("components", Repetition.Required, [list], lists);
        return new GroupNode("schema", Repetition.Required, [image, label, probability, numbers]);
    }
}
