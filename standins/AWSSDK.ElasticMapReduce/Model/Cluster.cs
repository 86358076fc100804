// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
namespace Amazon.ElasticMapReduce.Model;

public partial class Cluster
{
    public string Id { get; set; }

    public string Name { get; set; }

    public ClusterStatus Status { get; set; }

    public bool? TerminationProtected { get; set; }

    public List<Tag> Tags { get; set; }

    public Ec2InstanceAttributes Ec2InstanceAttributes { get; set; }

    public string MasterPublicDnsName { get; set; }

    public string ClusterArn { get; set; }
}
