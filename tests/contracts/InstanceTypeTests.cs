using System.Text.Json;

namespace Pomona.Contracts.Tests;

public sealed class InstanceTypeTests
{
    [Theory]
    [InlineData("m5.xlarge", 4)]
    [InlineData("m7a.16xlarge", 64)]
    [InlineData("r5dn.24xlarge", 96)]
    [InlineData("m7i-flex.2xlarge", 8)]
    [InlineData("m6g.xlarge", 0)]
    [InlineData("m7gd.2xlarge", 0)]
    [InlineData("c5.xlarge", 0)]
    [InlineData("m5.large", 0)]
    [InlineData("m5.metal", 0)]
    [InlineData("m4.xlarge", 0)]
    [InlineData("m5.1xlarge", 0)]
    [InlineData("m5.xlarge\n", 0)]
    public void A_type_s_vcpu_follow_from_its_name(string name, int vcpus)
    {
        Assert.Equal(vcpus > 0, InstanceType.TryParse(name, out var type));
        Assert.Equal(vcpus, type?.Vcpus ?? 0);
    }

    [Fact]
    public void It_is_its_name_in_JSON_and_no_other_name_is_read()
    {
        const string Input = """{"dataset":"fruits","now":false,"cluster":{"instanceTypes":["m5.xlarge","m6i.2xlarge"]}}""";

        var read = JsonSerializer.Deserialize(Input, ContractJson.Readable.ExecutionInput)!;

        Assert.Equal([4, 8], read.Cluster!.InstanceTypes!.Select(type => type.Vcpus));
        Assert.Equal(Input, JsonSerializer.Serialize(read, ContractJson.Readable.ExecutionInput));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(
            Input.Replace("m5", "m6g", StringComparison.Ordinal), ContractJson.Readable.ExecutionInput));
    }
}
