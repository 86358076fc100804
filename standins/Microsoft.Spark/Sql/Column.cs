// Stand-in for Microsoft.Spark 2.3.1: the part that Pomona uses. See docs/stand-ins.md.
namespace Microsoft.Spark.Sql;

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
