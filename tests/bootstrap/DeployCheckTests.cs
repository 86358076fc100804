using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Pomona.Bootstrap.Tests;

/// <summary>deploy-check against an account that answers as AWS would; each test breaks one thing of it.</summary>
public sealed class DeployCheckTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    private readonly Dictionary<string, string> _account = new()
    {
        ["sts get-caller-identity"] = "echo 123456789012",
        ["configure get"] = "echo eu-west-3",
        ["ec2 describe-subnets"] = "case \"$*\" in *subnet-b*) printf 'vpc-1\\teu-west-3b\\ttrue\\t4000\\tTrue\\n' ;; *) printf 'vpc-1\\teu-west-3a\\ttrue\\t4000\\tTrue\\n' ;; esac",
        ["ec2 describe-route-tables"] = "printf '10.0.0.0/16\\tlocal\\n0.0.0.0/0\\tigw-1\\n'",
        ["ec2 describe-vpc-endpoints"] = ":",
        ["ec2 describe-vpc-attribute"] = "echo True",
        ["lambda get-account-settings"] = "echo 1000",
        ["ec2 describe-vpcs"] = "echo true",
        ["ec2 describe-security-groups"] = "printf 'sg-1\\tElasticMapReduce-master\\ttrue\\t22\\nsg-2\\tElasticMapReduce-slave\\ttrue\\t\\n'",
        ["iam get-role"] = "echo arn",
        ["emr get-block-public-access-configuration"] = "echo True",
        ["ec2 describe-key-pairs"] = "echo mine",
        ["service-quotas get-service-quota"] = "echo 256.0",
        ["sns list-subscriptions-by-topic"] = "echo arn:aws:sns:eu-west-3:123456789012:pomona-mails:0",
        ["ce list-cost-allocation-tags"] = "echo 2",
        ["cloudwatch describe-alarms"] = "echo OK",
        ["s3api get-bucket-location"] = "echo eu-west-3",
        ["s3api get-bucket-notification-configuration"] = "echo object",
        ["s3api get-bucket-encryption"] = "printf 'AES256\\tNone\\n'",
        ["s3api get-public-access-block"] = "printf 'True\\tTrue\\tTrue\\tTrue\\n'",
        ["s3control get-public-access-block"] = "exit 254",
        ["s3api get-bucket-versioning"] = "echo Enabled",
        ["emr list-supported-instance-types"] = $"printf '{string.Join("\\t", ClusterTypes("TaskTypes"))}\\n'",
        ["ssm get-parameter"] = "echo pomona-123456789012-eu-west-3",
        ["s3 cp"] = $"case \"$3\" in */current) echo {Bundle} ;; */nodes.sha256) printf '{BundleList}' ;; *) exit 1 ;; esac",
        ["s3api list-objects-v2"] = $"printf 'artifacts/{Bundle}/job.tar.gz\\tartifacts/{Bundle}/bootstrap/install-node.sh\\tartifacts/{Bundle}/nodes.sha256\\n'",
    };

    private const string BundleList =
        "1111111111111111111111111111111111111111111111111111111111111111  bootstrap/install-node.sh\\n"
        + "2222222222222222222222222222222222222222222222222222222222222222  job.tar.gz\\n";

    private static string Bundle => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(BundleList.Replace("\\n", "\n", StringComparison.Ordinal))));

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public void The_instance_types_are_those_that_runs_ask_for()
    {
        var script = File.ReadAllText(RepositoryRoot.File("bootstrap/deploy-check.sh"));

        Assert.Contains($"smaller=\"{string.Join(' ', ClusterTypes("OnDemandTypes"))}\"", script, StringComparison.Ordinal);
        Assert.Contains($"task=\"{string.Join(' ', ClusterTypes("TaskTypes"))}\"", script, StringComparison.Ordinal);
    }

    [Fact]
    public void Types_that_a_region_lacks_are_named_and_no_obstacle()
    {
        _account["emr list-supported-instance-types"] = "printf 'm5.xlarge\\tr5.xlarge\\tm5.2xlarge\\n'";

        var ended = Check();

        Assert.True(ended.ExitCode == 0, ended.Output);
        Assert.Contains("ok     emr-7.7.0 offers 3 types for task nodes; runs leave out m5a.xlarge", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_account_that_has_everything_is_ready()
    {
        var ended = Check();

        Assert.True(ended.ExitCode == 0, ended.Output + ended.Errors);
        Assert.DoesNotContain("WRONG", ended.Output, StringComparison.Ordinal);
        Assert.Equal("Ready: ./pomona cloud deploy", ended.LastLine);
    }

    [Theory]
    [InlineData("ec2 describe-subnets", "printf 'vpc-1\\teu-west-3a\\tNone\\t4000\\tTrue\\n'", "lacks the tag", "aws ec2 create-tags --resources subnet-a")]
    [InlineData("ec2 describe-subnets", "exit 254", "does not exist in eu-west-3", "aws ec2 describe-subnets")]
    [InlineData("ec2 describe-route-tables", "printf '10.0.0.0/16\\tlocal\\n'", "reaches neither the internet nor Amazon S3", "create-vpc-endpoint")]
    [InlineData("ec2 describe-vpcs", "echo None", "VPC vpc-1 lacks the tag", "aws ec2 create-tags --resources vpc-1")]
    [InlineData("ec2 describe-security-groups", "printf 'sg-1\\tElasticMapReduce-master\\ttrue\\nsg-2\\tElasticMapReduce-slave\\tNone\\n'", "security group ElasticMapReduce-slave in VPC vpc-1 lacks the tag", "aws ec2 create-tags --resources sg-2 --tags Key=for-use-with-amazon-emr-managed-policies,Value=true")]
    [InlineData("iam get-role", "exit 254", "AWSServiceRoleForEMRCleanup does not exist", "aws iam create-service-linked-role --aws-service-name elasticmapreduce.amazonaws.com")]
    [InlineData("emr get-block-public-access-configuration", "echo False", "open to the world", "put-block-public-access-configuration")]
    [InlineData("ec2 describe-key-pairs", "exit 254", "the key pair mine does not exist", "aws ec2 create-key-pair --key-name mine")]
    [InlineData("service-quotas get-service-quota", "echo 5.0", "only 5 vCPUs are allowed, and 64 are needed", "MaxVcpus=5")]
    [InlineData("service-quotas get-service-quota", "echo 0.0", "only 0 vCPUs are allowed, and 64 are needed", "MaxVcpus=0")]
    [InlineData("sns list-subscriptions-by-topic", "echo PendingConfirmation", "has not confirmed", "aws sns subscribe")]
    [InlineData("cloudwatch describe-alarms", "echo ALARM", "alarm pomona-mails-unheard rings", "aws sns list-subscriptions-by-topic")]
    [InlineData("sns list-subscriptions-by-topic", "echo Deleted", "gets no mails any more", "aws sns subscribe")]
    [InlineData("ec2 describe-vpc-attribute", "echo False", "lacks enableDnsHostnames", "aws ec2 modify-vpc-attribute --vpc-id vpc-1 --enable-dns-hostnames Value=true")]
    [InlineData("ec2 describe-security-groups", "printf 'sg-1\\tElasticMapReduce-master\\ttrue\\t22,8443\\n'", "is open to the world (ports 22,8443)", "revoke-security-group-ingress --group-id sg-1")]
    [InlineData("s3api get-bucket-location", "exit 254", "the bucket photos does not exist", "aws s3api get-bucket-location --bucket photos")]
    [InlineData("s3api get-bucket-location", "echo None", "the bucket photos is in us-east-1", "deploy in us-east-1")]
    [InlineData("s3api get-bucket-notification-configuration", "echo null", "sends no events to EventBridge", "EventBridgeConfiguration")]
    [InlineData("s3api get-bucket-encryption", "printf 'aws:kms\\tarn:aws:kms:eu-west-3:1:key/other\\n'", "which functions and nodes may not use", "KmsKey")]
    [InlineData("s3api get-public-access-block", "printf 'True\\tTrue\\tFalse\\tTrue\\n'", "may be open to the public", "put-public-access-block --bucket photos")]
    [InlineData("sts get-caller-identity", "exit 254", "no valid AWS credentials", "aws configure")]
    [InlineData("configure get", "exit 1", "no region is set", "export AWS_REGION")]
    [InlineData("emr list-supported-instance-types", "echo c5.xlarge", "offers none of the types for primary and core nodes in eu-west-3", "ReleaseLabel")]
    [InlineData("s3 cp", "echo something", "names no bundle", "cloud deploy")]
    [InlineData("s3 cp", "case \"$3\" in */current) echo 0000000000000000000000000000000000000000000000000000000000000000 ;; *) echo list ;; esac", "is not the list that its folder is named after", "cloud deploy")]
    [InlineData("s3api list-objects-v2", "echo artifacts/nothing", "there is no bootstrap/install-node.sh job.tar.gz", "cloud deploy")]
    public void What_is_wrong_is_named_with_its_fix(string call, string answer, string fault, string fix)
    {
        _account[call] = answer;

        var ended = Check();

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains(fault, ended.Output, StringComparison.Ordinal);
        Assert.Contains(fix, ended.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sns list-subscriptions-by-topic", "exit 254", "nobody is subscribed yet")]
    [InlineData("ce list-cost-allocation-tags", "echo 0", "cost-allocation tags are not active yet")]
    [InlineData("service-quotas get-service-quota", "exit 254", "not checked: the quota for Spot vCPUs could not be read")]
    [InlineData("ec2 describe-route-tables", "exit 254", "not checked: the routes of subnet subnet-a could not be read")]
    [InlineData("ec2 describe-route-tables", "printf '0.0.0.0/0\\ttgw-1\\n'", "not checked: where tgw-1 leads, by which subnet subnet-a goes out")]
    [InlineData("emr list-supported-instance-types", "exit 254", "not checked: which instance types emr-7.7.0 offers in eu-west-3")]
    [InlineData("ssm get-parameter", "exit 254", "the stack pomona is not deployed yet")]
    [InlineData("s3 cp", "exit 1", "nothing is uploaded yet for nodes to install")]
    [InlineData("lambda get-account-settings", "echo 10", "only 10 functions may run at once")]
    [InlineData("lambda get-account-settings", "exit 254", "not checked: how many functions may run at once")]
    [InlineData("ec2 describe-security-groups", "exit 254", "security groups of VPC vpc-1 could not be read")]
    public void What_comes_later_or_cannot_be_known_is_a_note_and_no_obstacle(string call, string answer, string note)
    {
        _account[call] = answer;

        var ended = Check();

        Assert.True(ended.ExitCode == 0, ended.Output);
        Assert.Contains($"note   ", ended.Output, StringComparison.Ordinal);
        Assert.Contains(note, ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_VPC_that_no_cluster_has_been_in_yet_has_no_groups_to_tag()
    {
        _account["ec2 describe-security-groups"] = ":";

        var ended = Check();

        Assert.True(ended.ExitCode == 0, ended.Output);
        Assert.DoesNotContain("security group", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_smaller_limit_helps_where_Spot_is_scarce_and_not_where_on_demand_is()
    {
        _account["service-quotas get-service-quota"] = "case \"$*\" in *L-1216C47A*) echo 4.0 ;; *) echo 256.0 ;; esac";

        var ended = Check();

        Assert.Contains("On-Demand: only 4 vCPUs are allowed, and 8 are needed", ended.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("MaxVcpus", ended.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0/0\\tnat-1", "True", "", "through nat-1", 0)]
    [InlineData("0.0.0.0/0\\tnat-1", "False", "", "through nat-1", 0)]
    [InlineData("0.0.0.0/0\\tigw-1", "False", "", "gives nodes no public address, so igw-1 is no way out", 1)]
    [InlineData("pl-1\\tvpce-1", "False", "s3\\tGateway\\tvpce-1", "does not reach Step Functions", 1)]
    [InlineData("pl-1\\tvpce-1", "False", "s3\\tGateway\\tvpce-1 states\\tInterface\\tvpce-2", "does not reach EMR", 1)]
    [InlineData("pl-1\\tvpce-1", "False", "s3\\tGateway\\tvpce-1 states\\tInterface\\tvpce-2 elasticmapreduce\\tInterface\\tvpce-3", "has endpoints for Amazon S3, Step Functions and EMR", 0)]
    [InlineData("pl-1\\tvpce-9", "False", "s3\\tGateway\\tvpce-1 states\\tInterface\\tvpce-2 elasticmapreduce\\tInterface\\tvpce-3", "reaches neither the internet nor Amazon S3", 1)]
    [InlineData("pl-1\\tvpce-1", "False", "dynamodb\\tGateway\\tvpce-1", "reaches neither the internet nor Amazon S3", 1)]
    public void A_subnet_is_wrong_only_where_something_that_is_needed_is_known_to_be_missing(string routes, string publicAddresses, string endpoints, string says, int exitCode)
    {
        _account["ec2 describe-subnets"] = $"printf 'vpc-1\\teu-west-3a\\ttrue\\t4000\\t{publicAddresses}\\n'";
        _account["ec2 describe-route-tables"] = $"printf '10.0.0.0/16\\tlocal\\n{routes}\\n'";
        _account["ec2 describe-vpc-endpoints"] = endpoints.Length == 0
            ? ":"
            : $"printf '{string.Concat(endpoints.Split(' ').Select(endpoint => $"com.amazonaws.eu-west-3.{endpoint}\\n"))}'";

        var ended = Check();

        Assert.True(ended.ExitCode == exitCode, ended.Output);
        Assert.Contains(says, ended.Output, StringComparison.Ordinal);
        Assert.Equal(exitCode == 0, ended.Output.Contains("Ready:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("s3api get-bucket-encryption", "printf 'aws:kms\\tmine\\n'", "is encrypted with arn:aws:kms:eu-west-3:1:key/mine")]
    [InlineData("s3control get-public-access-block", "printf 'True\\tTrue\\tTrue\\tTrue\\n'", "is closed to the public")]
    [InlineData("s3api get-bucket-versioning", "echo None", "keeps no versions")]
    public void A_company_s_bucket_may_be_right_in_several_ways(string call, string answer, string says)
    {
        _account[call] = answer;
        if (call.StartsWith("s3control", StringComparison.Ordinal))
            _account["s3api get-public-access-block"] = "exit 254";

        var ended = Check();

        Assert.True(ended.ExitCode == 0, ended.Output);
        Assert.Contains(says, ended.Output, StringComparison.Ordinal);
    }

    [AwsFact]
    public void The_AWS_command_line_knows_all_that_it_asks()
    {
        // A way without gateway, and groups that are open: what is asked only then is asked too.
        _account["ec2 describe-route-tables"] = "printf '10.0.0.0/16\\tlocal\\n'";
        _account["s3api get-public-access-block"] = "exit 254";

        Check();

        Assert.Equal(string.Empty, KnownAwsCalls.UnknownOf(_sandbox.AwsCalls));
        Assert.InRange(_sandbox.AwsCalls.Select(static call => $"{call[0]} {call[1]}").Distinct().Count(), 20, 40);
    }

    [Fact]
    public void It_only_reads()
    {
        Check();

        Assert.All(_sandbox.Calls, static call => Assert.Matches("^aws ([a-z0-9-]+ (get|list|describe)|s3 cp s3://[^ ]+ - $)", call));
    }

    /// <summary>The names of one of the lists in the function's source: this project does not refer to the functions.</summary>
    private static string[] ClusterTypes(string list)
    {
        var source = File.ReadAllText(RepositoryRoot.File("functions/Planning/ClusterForm.cs"));
        var from = source.IndexOf($"IReadOnlyList<InstanceType> {list}", StringComparison.Ordinal);
        return [.. Regex.Matches(source[from..source.IndexOf(".Select(", from, StringComparison.Ordinal)], "\"([^\"]+)\"").Select(static name => name.Groups[1].Value)];
    }

    private Ended Check()
    {
        var cases = string.Join('\n', _account.Select(static answer => $"'{answer.Key}') {answer.Value} ;;"));
        _sandbox.Command("aws", $"case \"$1 $2\" in\n{cases}\nesac");
        return _sandbox.Run("bootstrap/deploy-check.sh", "--subnets", "subnet-a,subnet-b", "--mail", "you@example.org", "--key", "mine", "--bucket", "photos", "--kms-key", "arn:aws:kms:eu-west-3:1:key/mine");
    }
}
