using System.Text.Json.Nodes;
using Pomona.Cloud.Runs;

namespace Pomona.Cloud.Tests.Runs;

public sealed class RunStateTests
{
    [Fact]
    public void Every_state_of_the_workflow_has_words()
        => Assert.All(
            JsonNode.Parse(File.ReadAllText(RepositoryRoot.File("statemachine/pipeline.asl.json")))!["States"]!.AsObject().Select(state => state.Key),
            state => Assert.True(RunState.IsKnown(state), state));

    [Fact]
    public void A_state_of_a_newer_workflow_is_shown_by_its_name() => Assert.Equal("Dance", RunState.Of("Dance"));
}
