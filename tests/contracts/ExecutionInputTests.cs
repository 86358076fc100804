using System.Text.Json;

namespace Pomona.Contracts.Tests;

public sealed class ExecutionInputTests
{
    [Fact]
    public void The_smallest_is_a_data_set()
    {
        var input = Read("""{"dataset":"fruits"}""");

        Assert.Equal(new ExecutionInput(DatasetName.Parse("fruits")), input);
    }

    [Fact]
    public void Everything_that_it_may_hold_is_read()
    {
        var input = Read(
            """
            {"dataset": "fruits", "resume": "20261121T130455Z-3f9a2c1b", "now": true, "components": 0.95, "exifRotation": "off", "testSplit": "Test", "cluster": {
              "releaseLabel": "emr-7.13.0", "coreVcpus": 8, "taskVcpus": 0, "spot": false, "instanceTypes": ["m5.xlarge"],
              "subnets": ["subnet-0123456789abcdef0"], "keyName": "mine", "notebooks": true, "idleMinutes": 15, "keepMinutes": 0}}
            """);

        Assert.Equal("Test", input.TestSplit);
        Assert.Equal(("fruits", "20261121T130455Z-3f9a2c1b", true, "0.95", "off"), (input.Dataset.Value, input.Resume!.Value, input.Now, input.Components!.ToString(), input.ExifRotation));
        var cluster = input.Cluster!;
        Assert.Equal(("emr-7.13.0", 8, 0, false), (cluster.ReleaseLabel, cluster.CoreVcpus, cluster.TaskVcpus, cluster.Spot));
        Assert.Equal(("mine", true, 15, 0), (cluster.KeyName, cluster.Notebooks, cluster.IdleMinutes, cluster.KeepMinutes));
        Assert.Equal("m5.xlarge", Assert.Single(cluster.InstanceTypes!).Name);
        Assert.Equal("subnet-0123456789abcdef0", Assert.Single(cluster.Subnets!));
    }

    [Fact]
    public void Null_says_no_more_than_leaving_a_member_out()
        => Assert.Equal(
            Read("""{"dataset":"fruits"}"""),
            Read("""{"dataset":"fruits","run":null,"resume":null,"now":null,"components":null,"exifRotation":null,"cluster":null}"""));

    [Fact]
    public void What_StartRun_gives_an_execution_is_the_same_bytes_as_ever()
        => Assert.Equal(
            """{"dataset":"fruits","run":"20261121T130455Z-3f9a2c1b","now":false}""",
            JsonSerializer.Serialize(
                new ExecutionInput(DatasetName.Parse("fruits"), RunId.Parse("20261121T130455Z-3f9a2c1b")), ContractJson.Readable.ExecutionInput));

    [Theory]
    [InlineData("""{}""", "\"dataset\" is missing")]
    [InlineData("""[]""", "must be a JSON object")]
    [InlineData("""{"dataset":"../x"}""", "not a data set name")]
    [InlineData("""{"dataset":["fruits"]}""", "not a data set name")]
    [InlineData("""{"dataset":"\ud800"}""", "not a data set name")]
    [InlineData("""{"dataset":"fruits","\ud800":1}""", "The input cannot be read: ")]
    [InlineData("""{"dataset":"fruits","cluster":{"\ud800":1}}""", "The input cannot be read: ")]
    [InlineData("""{"dataset":"fruits","components":0}""", "from 1 to 1280")]
    [InlineData("""{"dataset":"fruits","components":1281}""", "from 1 to 1280")]
    [InlineData("""{"dataset":"fruits","components":1.5}""", "from 1 to 1280, or a share of the variance such as 0.95 or 95%.")]
    [InlineData("""{"dataset":"fruits","basis":"yesterday"}""", "\"basis\" is \"yesterday\", which is not a run id")]
    [InlineData("""{"dataset":"fruits","basis":"20261121T130455Z-3f9a2c1b","components":0.95}""", "\"basis\" keeps components that are there")]
    [InlineData("""{"dataset":"fruits","components":"100%"}""", "from 1 to 1280")]
    [InlineData("""{"dataset":"fruits","components":"50"}""", "from 1 to 1280")]
    [InlineData("""{"dataset":"fruits","exifRotation":"sideways"}""", "\"exifRotation\" is \"sideways\": use \"on\" or \"off\"")]
    [InlineData("""{"dataset":"fruits","decode":"fast"}""", "\"decode\" is \"fast\": use \"exact\" or \"scaled\"")]
    [InlineData("""{"dataset":"fruits","engine":"lambda"}""", "\"engine\" is \"lambda\": use \"cluster\", \"functions\" or \"auto\"")]
    [InlineData("""{"dataset":"fruits","engine":1}""", "\"engine\" is 1: use")]
    [InlineData("""{"dataset":"fruits","testSplit":"a/b"}""", "\"testSplit\" is \"a/b\", which is no first folder of a data set")]
    [InlineData("""{"dataset":"fruits","testSplit":""}""", "which is no first folder of a data set")]
    [InlineData("""{"dataset":"fruits","testSplit":true}""", "\"testSplit\" is true, which is no first folder")]
    [InlineData("""{"dataset":"fruits","exifRotation":false}""", "\"exifRotation\" is false: use \"on\" or \"off\"")]
    [InlineData("""{"dataset":"fruits","now":"yes"}""", "true or false")]
    [InlineData("""{"dataset":"fruits","run":"latest"}""", "leave it out")]
    [InlineData("""{"dataset":"fruits","resume":"latest"}""", "not a run id")]
    [InlineData("""{"dataset":"fruits","run":"20261121T130455Z-3f9a2c1b","resume":"20261121T130455Z-3f9a2c1b"}""", "exclude each other")]
    [InlineData("""{"dataset":"fruits","component":50}""", "\"component\" is not a member")]
    [InlineData("""{"dataset":"fruits","cluster":[]}""", "use an object")]
    [InlineData("""{"dataset":"fruits","cluster":{"taskVcpu":32}}""", "cluster.taskVcpu")]
    [InlineData("""{"dataset":"fruits","cluster":{"taskVcpus":31}}""", "multiple of 4")]
    [InlineData("""{"dataset":"fruits","cluster":{"taskVcpus":100000}}""", "multiple of 4")]
    [InlineData("""{"dataset":"fruits","cluster":{"coreVcpus":0}}""", "multiple of 4")]
    [InlineData("""{"dataset":"fruits","cluster":{"instanceTypes":["m6g.xlarge"]}}""", "x86 types")]
    [InlineData("""{"dataset":"fruits","cluster":{"instanceTypes":["p4d.24xlarge"]}}""", "x86 types")]
    [InlineData("""{"dataset":"fruits","cluster":{"instanceTypes":[]}}""", "1 to 30")]
    [InlineData("""{"dataset":"fruits","cluster":{"subnets":["vpc-1"]}}""", "subnet ids")]
    [InlineData("""{"dataset":"fruits","cluster":{"keyName":"a;b"}}""", "key pair")]
    [InlineData("""{"dataset":"fruits","cluster":{"releaseLabel":"emr-5.36.0"}}""", "emr-7.7.0")]
    [InlineData("""{"dataset":"fruits","cluster":{"releaseLabel":"emr-7.1.0"}}""", "from emr-7.2.0 to emr-7.13.0")]
    [InlineData("""{"dataset":"fruits","cluster":{"releaseLabel":"emr-7.14.0"}}""", "from emr-7.2.0 to emr-7.13.0")]
    [InlineData("""{"dataset":"fruits","cluster":{"idleMinutes":9}}""", "from 10 to 1440")]
    [InlineData("""{"dataset":"fruits","cluster":{"keepMinutes":-1}}""", "from 0 to 1440")]
    [InlineData("""{"dataset":"fruits","cluster":{"keepMinutes":1441}}""", "from 0 to 1440")]
    [InlineData("""{"dataset":"fruits","cluster":{"keepMinutes":"30"}}""", "from 0 to 1440")]
    [InlineData("""{"dataset":"fruits","cluster":{"instanceTypes":[null]}}""", "x86 types")]
    [InlineData("""{"dataset":"fruits","cluster":{"instanceTypes":"m5.xlarge"}}""", "\"cluster.instanceTypes\" is \"m5.xlarge\"")]
    [InlineData("""{"dataset":"fruits","cluster":{"subnets":[1]}}""", "\"cluster.subnets\" is [1]: use 1 to 16 subnet ids")]
    [InlineData("""{"dataset":"fruits","cluster":{"spot":"no"}}""", "\"cluster.spot\" is \"no\": use true or false")]
    [InlineData("""{"dataset":"fruits","cluster":{"taskVcpus":"8"}}""", "\"cluster.taskVcpus\" is \"8\": use a multiple of 4")]
    [InlineData("""{"dataset":"fruits","Now":true}""", "\"Now\" is not a member")]
    [InlineData("""{"dataset":"fruits","a.b[0]":true}""", "\"a.b[0]\" is not a member")]
    [InlineData("null", "must be a JSON object")]
    public void Anything_else_is_refused_with_a_sentence_that_names_the_member(string input, string says)
        => Assert.Contains(says, Assert.Throws<InvalidExecutionInputException>(() => Read(input)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_unknown_member_is_refused_with_those_that_are_known()
    {
        Assert.EndsWith(
            "use dataset, now, components, exifRotation, decode, cluster, resume, engine, testSplit, basis, fresh.",
            Assert.Throws<InvalidExecutionInputException>(() => Read("""{"dataset":"fruits","component":50}""")).Message,
            StringComparison.Ordinal);
        Assert.EndsWith(
            "use releaseLabel, coreVcpus, taskVcpus, spot, instanceTypes, subnets, keyName, notebooks, idleMinutes, keepMinutes.",
            Assert.Throws<InvalidExecutionInputException>(() => Read("""{"dataset":"fruits","cluster":{"taskVcpu":32}}""")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"dataset":"fruits"}""", "auto", "auto")]
    [InlineData("""{"dataset":"fruits","engine":"functions"}""", "cluster", "functions")]
    [InlineData("""{"dataset":"fruits","engine":"functions","cluster":{}}""", "cluster", "functions")]
    [InlineData("""{"dataset":"fruits","engine":"cluster","cluster":{"taskVcpus":8}}""", "functions", "cluster")]
    [InlineData("""{"dataset":"fruits","engine":"auto","cluster":{"taskVcpus":8}}""", "functions", "auto")]
    public void Its_engine_comes_before_the_stack_s(string input, string stack, string engine)
        => Assert.Equal(engine, RunEngine.AskedBy(Read(input), stack));

    [Theory]
    [InlineData("""{"dataset":"fruits","engine":"functions","cluster":{"keepMinutes":30}}""", "cluster", "the engine is \"functions\", which rents none")]
    [InlineData("""{"dataset":"fruits","cluster":{"taskVcpus":0}}""", "functions", "\"functions\" (the stack's parameter Engine), which rents none")]
    public void Functions_have_nothing_of_what_is_asked_of_a_cluster(string input, string stack, string says)
        => Assert.Contains(says, Assert.Throws<InvalidExecutionInputException>(() => RunEngine.AskedBy(Read(input), stack)).Message, StringComparison.Ordinal);

    private static ExecutionInput Read(string json) => ExecutionInput.Read(JsonDocument.Parse(json).RootElement);
}
