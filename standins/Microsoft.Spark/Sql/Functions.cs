// Stand-in for Microsoft.Spark 2.3.1: the part that Pomona uses. See docs/stand-ins.md.
using Microsoft.Spark.InProcess;

namespace Microsoft.Spark.Sql;

public static class Functions
{
    public static Column Col(string columnName) => new(columnName, null);

    public static Func<Column, Column> Udf<T, TResult>(Func<T, TResult> udf)
    {
        var shipped = new ShippedFunction(udf);
        return column => column is { Name: "id", Function: null }
            ? new Column(null, value => shipped.Unpack<T, TResult>()((T)value))
            : throw new NotSupportedException("The stand-in knows functions of the range's id only.");
    }
}
