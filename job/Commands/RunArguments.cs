using System.CommandLine;
using Pomona.CommandLine;
using Pomona.Contracts;
using Pomona.Job.Engines;
using Pomona.Job.Engines.Spark;
using Pomona.Job.Pipeline;
using Pomona.Job.Runs;
using Pomona.Storage;
using Pomona.Vision.Imaging;

namespace Pomona.Job.Commands;

/// <summary>The arguments of <c>pomona run</c>, each declared once, and what a command line says with them.</summary>
internal sealed class RunArguments
{
    private const int DefaultComponents = 50;
    private const int MostComponents = 4096;
    internal const int MostThreads = 1024;
    private const double MostMegapixels = 715; // 3 bytes a pixel in one array of at most 2 GiB

    private readonly Argument<string> _input = new("INPUT")
    {
        Description = "A folder of images, one sub-folder per class; or s3://bucket/prefix",
    };

    private readonly Option<string?> _output = new(JobArguments.Output, "-o")
    {
        Description = "The run's folder, or s3://bucket/prefix; runs/<name of INPUT> unless given. Running again goes on "
            + "where an interrupted run stopped",
        HelpName = "FOLDER",
    };

    private readonly Option<ComponentCount> _components = new(JobArguments.Components)
    {
        HelpName = "K",
        Description = "Components to keep at most, or of which share of the variance: 50, 0.95, 95%",
        DefaultValueFactory = _ => DefaultComponents,
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 0 ? string.Empty : result.Tokens[0].Value;
            if (ComponentCount.TryParse(text, MostComponents, out var count))
                return count;
            result.AddError(
                $"{JobArguments.Components} is '{Printable.Excerpt(text)}': choose a whole number from 1 to {MostComponents}, or {ComponentCount.Shares}.");
            return DefaultComponents;
        },
    };

    private readonly Option<string?> _basis = new(JobArguments.Basis)
    {
        Description = "Keep the scaler and the components of this finished run, so that its coordinates and the new ones are comparable",
        HelpName = "RUN",
    };

    private readonly Option<string?> _model = new("--model") { Description = "An ONNX image classifier or feature model", HelpName = "FILE" };

    private readonly Option<string?> _modelOutput = new("--model-output")
    {
        Description = "Cut the model at this output instead of at its last layer's input",
        HelpName = "NAME",
    };

    private readonly Option<string> _resize = new("--resize")
    {
        Description = $"How images are brought to the model's size, as Pillow does it: {string.Join(", ", ResizeFilterName.All)}",
        HelpName = "FILTER",
        DefaultValueFactory = _ => ResizeFilterName.All[0],
    };

    private readonly Option<int> _shardSize = NumberOption.Whole(
        "--shard-size", "N", "Images per part of the output", RunPlan.DefaultShardSize, 1, RunPlan.MostShardSize);

    private readonly Option<int> _threads = NumberOption.Whole(
        "--threads", "N", "Threads that compute", Environment.ProcessorCount, 1, MostThreads);

    private readonly Option<string> _rotate = new(JobArguments.ExifRotation)
    {
        Description = "Turn images upright as their EXIF data says: on, or off as readers have it that ignore it",
        HelpName = "on|off",
        DefaultValueFactory = _ => JobArguments.On,
    };

    private readonly Option<string> _decode = new(JobArguments.Decode)
    {
        Description = "How much of an image is decoded: exact (every pixel), or scaled (large JPEGs at a half, a quarter or an eighth)",
        HelpName = "MODE",
        DefaultValueFactory = _ => DecodeModeName.All[0],
    };

    private readonly Option<double> _megapixels = NumberOption.Positive(
        "--max-megapixels", "MP", "Reject larger images before decoding them", FeatureSettings.DefaultMegapixels, MostMegapixels);

    private readonly Option<string?> _testSplit = new(JobArguments.TestSplit)
    {
        Description = "The first folder whose images are for testing alone: nothing is fitted to them. Training/ and Test/ are recognised",
        HelpName = "FOLDER",
    };

    private readonly Option<string> _engine = new(JobArguments.Engine)
    {
        Description = "What schedules the shards: local (this machine's cores) or spark (docs/spark.md)",
        HelpName = "ENGINE",
        DefaultValueFactory = _ => LocalEngine.EngineName,
    };

    private readonly Option<int> _executorMinutes = NumberOption.Whole(
        JobArguments.ExecutorMinutes, "N", "Minutes without a sign of Spark's executors after which a run gives up", 10, 1, JobArguments.MostExecutorMinutes);

    private readonly Option<bool> _restart = new("--restart") { Description = "Remove what an earlier run left in the output first" };

    private readonly Option<bool> _goOn = new(ProcessEnd.GoOn)
    {
        Description = "Go on from what an earlier process of this run has finished, --restart or not",
        Hidden = true,
    };

    private readonly Option<string?> _since = new(JobArguments.Since)
    {
        Description = "A finished run's folder, or s3://bucket/prefix: what is unchanged since is taken over from it, and only the rest is worked on",
        HelpName = "RUN",
    };

    private readonly Option<bool> _useSnapshot = new(JobArguments.UseSnapshot)
    {
        Description = "Take the snapshot that is in the output; do not list INPUT again",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print the marker as JSON, and nothing else, on standard output" };

    private readonly Option<string?> _token = new(JobArguments.TaskToken) { Description = "The waiting workflow step's token", Hidden = true };

    private readonly Option<string?> _cluster = new(JobArguments.ClusterId) { Description = "The EMR cluster's id", Hidden = true };

    private readonly Option<string?> _execution = new(JobArguments.ExecutionArn) { Description = "The workflow's execution", Hidden = true };

    /// <summary>Adds them all to a command.</summary>
    public RunArguments(Command command)
    {
        _resize.AcceptOnlyFromAmong([.. ResizeFilterName.All]);
        _engine.AcceptOnlyFromAmong(LocalEngine.EngineName, SparkEngine.EngineName);
        _rotate.AcceptOnlyFromAmong(JobArguments.On, JobArguments.Off);
        _decode.AcceptOnlyFromAmong([.. DecodeModeName.All]);
        _testSplit.Validators.Add(said =>
        {
            if (said.GetValue(_testSplit)?.TrimEnd('/') is { } folder && !TestSplit.IsFolder(folder))
                said.AddError($"{JobArguments.TestSplit} is '{Printable.Excerpt(folder, 80)}', which is no first folder of an input: use the name of one, such as {TestSplit.TestFolder}.");
        });
        command.Arguments.Add(_input);
        foreach (var option in new Option[]
        {
            _output, _components, _basis, _model, _modelOutput, _resize, _shardSize, _threads, _rotate, _decode, _megapixels, _testSplit, _engine, _executorMinutes,
            _since, _restart, _goOn, _useSnapshot, _json, _token, _cluster, _execution,
        })
            command.Options.Add(option);
    }

    public string Engine(ParseResult said) => said.GetRequiredValue(_engine);

    /// <summary>The tensor to cut the model at, or null.</summary>
    public string? ModelOutput(ParseResult said) => said.GetValue(_modelOutput);

    /// <summary>Whether a script reads the answer.</summary>
    public bool Json(ParseResult said) => said.GetValue(_json);

    /// <summary>The run that is asked for.</summary>
    public RunRequest Request(ParseResult said)
    {
        // Always found: the option accepts nothing else.
        _ = ResizeFilterName.TryParse(said.GetRequiredValue(_resize), out var filter);
        var input = said.GetRequiredValue(_input);
        return new RunRequest
        {
            Input = input,
            Output = said.GetValue(_output) ?? Path.Combine("runs", RunName.Of(FullName(input), "local").Dataset),
            // Of a basis all are kept, unless a person says how many.
            Components = said.GetValue(_basis) is null || said.GetResult(_components) is { Implicit: false } ? said.GetRequiredValue(_components) : MostComponents,
            Basis = said.GetValue(_basis),
            Model = said.GetValue(_model),
            Resize = filter,
            ShardSize = said.GetRequiredValue(_shardSize),
            Threads = said.GetRequiredValue(_threads),
            HonourOrientation = said.GetRequiredValue(_rotate) == JobArguments.On,
            Decode = said.GetRequiredValue(_decode) == JobArguments.Scaled ? DecodeMode.Scaled : DecodeMode.Exact,
            MaxMegapixels = said.GetRequiredValue(_megapixels),
            ExecutorPatience = TimeSpan.FromMinutes(said.GetRequiredValue(_executorMinutes)),
            Restart = said.GetValue(_restart) && !said.GetValue(_goOn),
            Since = said.GetValue(_since),
            UseSnapshot = said.GetValue(_useSnapshot),
            TestSplit = said.GetValue(_testSplit)?.TrimEnd('/'),
            TaskToken = said.GetValue(_token),
            ClusterId = said.GetValue(_cluster),
            ExecutionArn = said.GetValue(_execution),
        };
    }

    private static string FullName(string input) => StoreAddress.IsS3(input) ? input : Path.GetFullPath(input);
}
