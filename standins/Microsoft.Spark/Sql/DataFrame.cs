// Stand-in for Microsoft.Spark 2.3.1: the part that Pomona uses. See docs/stand-ins.md.
using Microsoft.Spark.InProcess;

namespace Microsoft.Spark.Sql;

public sealed class DataFrame
{
    private readonly StageScheduler _scheduler;
    private readonly int _partitions;
    private readonly Column _selected;

    internal DataFrame(StageScheduler scheduler, int partitions, Column selected)
    {
        _scheduler = scheduler;
        _partitions = partitions;
        _selected = selected;
    }

    public DataFrame Select(params Column[] columns) => columns is [{ Function: not null }] && _selected is null
        ? new DataFrame(_scheduler, _partitions, columns[0])
        : throw new NotSupportedException("The stand-in knows the selection of one function of the range's id only.");

    /// <summary>Runs the tasks when the first row is asked for, as the real one does, and gives rows in the order of partitions.</summary>
    public IEnumerable<Row> Collect()
    {
        foreach (var value in _scheduler.Run(_partitions, _selected.Function))
            yield return new Row([value]);
    }
}

public sealed class Row
{
    private readonly object[] _values;

    internal Row(object[] values) => _values = values;

    public T GetAs<T>(int index) => (T)_values[index];
}

public sealed class Column
{
    internal Column(string name, Func<object, object> function)
    {
        Name = name;
        Function = function;
    }

    internal string Name { get; }

    internal Func<object, object> Function { get; }
}
