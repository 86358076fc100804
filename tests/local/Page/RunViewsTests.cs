using System.Text.Json.Nodes;
using Pomona.Local.Page;

namespace Pomona.Local.Tests.Page;

public sealed class RunViewsTests
{
    private const string Run = "20261121T130455Z-3f9a2c1b";

    [Theory]
    [InlineData($$"""{"dataset": "fruits", "run": "{{Run}}"}""", null, "fruits", Run)]
    [InlineData("""{"dataset": "fruits"}""", $$"""{"open": {"run": "{{Run}}"} }""", "fruits", Run)]
    [InlineData("""{"dataset": "fruits"}""", "[1]", "fruits", null)]
    [InlineData("""{"dataset": "fruits", "dataset": "others", "run": 1}""", """{"open": [], "open": {} }""", null, null)]
    [InlineData("""{"dataset": "\ud800", "run": {} }""", """{"open": "\ud800"}""", null, null)]
    [InlineData("[]", null, null, null)]
    [InlineData("no JSON", "no JSON", null, null)]
    [InlineData(null, null, null, null)]
    public void A_run_s_names_are_found_whoever_started_it_with_whatever(string? input, string? opened, string? dataset, string? run)
    {
        JsonObject[] history = opened is null ? [] : [new() { ["stateExitedEventDetails"] = new JsonObject { ["name"] = "OpenRun", ["output"] = opened } }];

        var names = RunViews.Names(input, history);

        Assert.Equal((dataset, run), (names.Dataset?.Value, names.Run?.Value));
    }
}
