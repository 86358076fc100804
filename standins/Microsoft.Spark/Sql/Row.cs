// Stand-in for Microsoft.Spark 2.3.1: the part that Pomona uses. See docs/stand-ins.md.
namespace Microsoft.Spark.Sql;

public sealed class Row
{
    private readonly object[] _values;

    internal Row(object[] values) => _values = values;

    public T GetAs<T>(int index) => (T)_values[index];
}
