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

    public string ClusterArn { get; set; }
}

public partial class ClusterStatus
{
    public ClusterState State { get; set; }

    public ClusterStateChangeReason StateChangeReason { get; set; }

    public List<ErrorDetail> ErrorDetails { get; set; }

    public ClusterTimeline Timeline { get; set; }
}

public partial class ClusterStateChangeReason
{
    public ClusterStateChangeReasonCode Code { get; set; }

    public string Message { get; set; }
}

public partial class ErrorDetail
{
    public string ErrorCode { get; set; }

    public List<Dictionary<string, string>> ErrorData { get; set; }

    public string ErrorMessage { get; set; }
}

public partial class ClusterTimeline
{
    public DateTime? CreationDateTime { get; set; }

    public DateTime? ReadyDateTime { get; set; }

    public DateTime? EndDateTime { get; set; }
}

public partial class Ec2InstanceAttributes
{
    public string Ec2SubnetId { get; set; }
}
