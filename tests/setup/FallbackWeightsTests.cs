namespace Pomona.Setup.Tests;

/// <summary>Node and npm are asked for where the fallback model's weights are needed, and nowhere else.</summary>
public sealed class FallbackWeightsTests : IDisposable
{
    private readonly MiniatureRepository _repository = new();

    public FallbackWeightsTests()
    {
        _repository.Reference("Plum.Image", "1.2.0");
        _repository.LeaveOnPath(UnixTools.Names);
        _repository.PretendToBuild(hasModel: false);
    }

    public void Dispose() => _repository.Dispose();

    [Theory]
    [InlineData("run", "photos", "--model", "own.onnx")]
    [InlineData("run", "photos", "--model=own.onnx")]
    [InlineData("run", "--help")]
    [InlineData("model", "import", "own.onnx")]
    public void A_run_with_a_model_needs_no_Node(params string[] arguments) => _repository.Run(arguments).Succeeded();

    [Fact]
    public void A_run_with_the_environment_s_model_needs_no_Node()
    {
        _repository.Environment["POMONA_MODEL"] = "own.onnx";

        _repository.Run("run", "photos").Succeeded();
    }

    [Theory]
    [InlineData("POMONA_CACHE", "")]
    [InlineData("XDG_CACHE_HOME", "pomona")]
    [InlineData("HOME", ".cache/pomona")]
    public void A_run_with_a_cached_model_needs_no_Node(string variable, string below)
    {
        var folder = Path.Combine(_repository.Temporary, "place");
        Directory.CreateDirectory(Path.Combine(folder, below, "models"));
        File.WriteAllText(Path.Combine(folder, below, "models", "imported-0123abcd.onnx"), "");
        _repository.Environment[variable] = folder;

        _repository.Run("run", "photos").Succeeded();
    }

    [Fact]
    public void A_run_that_finds_another_model_needs_no_Node()
    {
        _repository.PretendToBuild(hasModel: true);

        _repository.Run("run", "photos").Succeeded();
    }

    [Fact]
    public void A_run_without_a_model_says_what_it_needs_Node_for() => Assert.Equal(
        "node is not on the PATH, and npm carries the fallback model's weights, since no other model is named, cached or within reach: install node 20 or later (https://nodejs.org).",
        _repository.Run("run", "photos").Refusal());

    [Theory]
    [InlineData("run", "photos")]
    [InlineData("run", "photos", "--model", "nsfwjs")]
    public void A_run_without_a_model_installs_the_weights_once_and_says_why(params string[] arguments)
    {
        _repository.Command("node", "echo v20.1.0");
        _repository.Command("npm", """
            case "$1" in config) echo https://npm.example/ ;; ci) mkdir -p node_modules/nsfwjs ;; esac
            """);

        var call = _repository.Run(arguments).Succeeded();
        _repository.Run(arguments).Succeeded();

        Assert.Single(_repository.Calls, static line => line.StartsWith("npm ci ", StringComparison.Ordinal));
        Assert.Contains("npm ci --ignore-scripts --no-audit --no-fund --loglevel=error", _repository.Calls);
        Assert.Contains(call.Said, static line =>
            line.StartsWith("installing the fallback model's weights, since no other model is named, cached or within reach: npm ci in job/native, about ", StringComparison.Ordinal)
            && line.EndsWith(" MB from https://npm.example/", StringComparison.Ordinal));
    }

    [Fact]
    public void A_Node_that_is_too_old_is_named()
    {
        _repository.Command("node", "echo v18.20.0");
        _repository.Command("npm", ":");

        Assert.StartsWith("node is version 18.20.0, and npm carries the fallback model's weights", _repository.Run("run", "photos").Refusal(), StringComparison.Ordinal);
    }
}
