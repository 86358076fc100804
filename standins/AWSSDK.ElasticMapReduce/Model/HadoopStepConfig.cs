// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
namespace Amazon.ElasticMapReduce.Model;

public partial class HadoopStepConfig
{
    public string Jar { get; set; }

    public List<string> Args { get; set; }

    public string MainClass { get; set; }
}
