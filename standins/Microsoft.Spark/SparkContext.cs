// Stand-in for Microsoft.Spark 2.3.1: the part that Pomona uses. See docs/stand-ins.md.
namespace Microsoft.Spark;

public sealed class SparkContext
{
    private readonly SparkConf _conf;

    internal SparkContext(SparkConf conf) => _conf = conf;

    public SparkConf GetConf() => _conf;

    /// <summary>Shown by the web pages, which the stand-in does not have.</summary>
    public void SetJobDescription(string value)
    {
    }
}

public sealed class SparkConf
{
    private readonly IReadOnlyDictionary<string, string> _settings;

    internal SparkConf(IReadOnlyDictionary<string, string> settings) => _settings = settings;

    public string Get(string key, string defaultValue) => _settings.GetValueOrDefault(key, defaultValue);
}
