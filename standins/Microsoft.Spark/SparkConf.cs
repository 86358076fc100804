// Stand-in for Microsoft.Spark 2.3.1: the part that Pomona uses. See docs/stand-ins.md.
namespace Microsoft.Spark;

public sealed class SparkConf
{
    private readonly IReadOnlyDictionary<string, string> _settings;

    internal SparkConf(IReadOnlyDictionary<string, string> settings) => _settings = settings;

    public string Get(string key, string defaultValue) => _settings.GetValueOrDefault(key, defaultValue);
}
