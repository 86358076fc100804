// Stand-in for Microsoft.Spark 2.3.1: the part that Pomona uses. See docs/stand-ins.md.
namespace Microsoft.Spark.Sql;

public sealed class Builder
{
    private readonly Dictionary<string, string> _options = new() { ["spark.app.kind"] = "sparkdotnet" };

    internal Builder()
    {
        // DotnetRunner hands every spark.* property of spark-submit to the program as an environment variable.
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (((string)variable.Key).StartsWith("spark.", StringComparison.Ordinal))
                _options[(string)variable.Key] = (string)variable.Value;
        }
    }

    public Builder Config(string key, string value)
    {
        _options[key] = value;
        return this;
    }

    /// <summary>The real one gives a process its one session; this one always a new one.</summary>
    public SparkSession GetOrCreate() => new(new SparkConf(_options));
}
