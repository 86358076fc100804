using System.Text.Json.Nodes;
using Pomona.Local.EventBridge;

namespace Pomona.Local.Tests.EventBridge;

public sealed class EventPatternTests
{
    private const string Event = """{"source":"aws.emr","detail":{"state":"TERMINATED","n":5,"name":"pomona fruits","tags":["a","b"],"empty":null}}""";

    [Theory]
    [InlineData("""{}""", true)]
    [InlineData("""{"source":["aws.emr","aws.ec2"]}""", true)]
    [InlineData("""{"source":["aws.ec2"]}""", false)]
    [InlineData("""{"source":["aws.emr"],"detail":{"state":["FAILED"]}}""", false)]
    [InlineData("""{"detail":{"tags":["b"]}}""", true)]
    [InlineData("""{"detail":{"missing":["b"]}}""", false)]
    [InlineData("""{"detail":{"empty":[null]}}""", true)]
    [InlineData("""{"detail":{"missing":[{"exists":false}],"state":[{"exists":true}]}}""", true)]
    [InlineData("""{"detail":{"name":[{"prefix":"pomona "}]}}""", true)]
    [InlineData("""{"detail":{"name":[{"suffix":"fruit"}]}}""", false)]
    [InlineData("""{"detail":{"name":[{"wildcard":"pom*fr*ts"}]}}""", true)]
    [InlineData("""{"detail":{"name":[{"wildcard":"fr*"}]}}""", false)]
    [InlineData("""{"detail":{"name":[{"equals-ignore-case":"POMONA FRUITS"}]}}""", true)]
    [InlineData("""{"detail":{"state":[{"anything-but":["FAILED"]}]}}""", true)]
    [InlineData("""{"detail":{"state":[{"anything-but":{"prefix":"TERM"}}]}}""", false)]
    [InlineData("""{"detail":{"missing":[{"anything-but":["FAILED"]}]}}""", false)]
    [InlineData("""{"detail":{"n":[{"numeric":[">",4,"<=",5]}]}}""", true)]
    [InlineData("""{"detail":{"n":[{"numeric":["=",4]}]}}""", false)]
    [InlineData("""{"$or":[{"source":["x"]},{"detail":{"n":[5]}}]}""", true)]
    public void A_pattern_matches_as_on_eventbridge(string pattern, bool matches) =>
        Assert.Equal(matches, EventPattern.Matches(JsonNode.Parse(pattern)!.AsObject(), JsonNode.Parse(Event)));

    [Fact]
    public void An_operator_that_is_not_known_is_refused() =>
        Assert.Throws<NotSupportedException>(() => EventPattern.Matches(
            JsonNode.Parse("""{"source":[{"cidr":"10.0.0.0/8"}]}""")!.AsObject(), JsonNode.Parse(Event)));
}
