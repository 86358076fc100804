using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace Pomona.Bench;

/// <summary>
/// What ONNX Runtime's options make of a model's processor time and results at batch 1 on one thread: each variant is a session
/// of its own, in turn, many rounds; the medians, and how far the features are from those of the product's options.
/// </summary>
internal static class InferenceOptions
{
    private const int Rounds = 15;
    private const int RunsPerRound = 20;

    public static int Run(string[] arguments)
    {
        if (arguments is not [var model])
        {
            Console.Error.WriteLine("Usage: ./pomona bench inference MODEL");
            return 2;
        }

        var folder = Directory.CreateTempSubdirectory("pomona-inference-");
        try
        {
            Measure(model, folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return 0;
    }

    private static void Measure(string model, string folder)
    {
        Console.WriteLine($"ONNX Runtime {OrtEnv.Instance().GetVersionString()}; providers in this package: {string.Join(", ", OrtEnv.Instance().GetAvailableProviders())}");
        var variants = new List<Variant>();
        try
        {
            foreach (var (name, set) in Settings())
                Add(variants, name, () => Open(model, set));
            Add(variants, "ORT format, optimised when it was written", () => OpenOrtFormat(model, folder));
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var variant in variants)
                    variant.RunRound();
            }

            var usual = variants[0];
            foreach (var variant in variants)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{variant.Name,-44} {variant.Median,7:0.00} CPU-ms an image  {variant.Median / usual.Median,5:0.00}x  largest difference {variant.DifferenceTo(usual):g2}"));
            }
        }
        finally
        {
            foreach (var variant in variants)
                variant.Dispose();
        }
    }

    private static IEnumerable<(string Name, Action<SessionOptions> Set)> Settings()
    {
        yield return ("the product's: all optimisations, one thread", static _ => { });
        yield return ("optimisations: extended", static o => o.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED);
        yield return ("optimisations: basic", static o => o.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_BASIC);
        yield return ("weights not packed in advance", Entry("session.disable_prepacking", "1"));
        yield return ("denormals as zero", Entry("session.set_denormal_as_zero", "1"));
        yield return ("weights outside of the arena", Entry("session.use_device_allocator_for_initializers", "1"));
        yield return ("approximate GELU and the like", Entry("optimization.enable_gelu_approximation", "1"));
        yield return ("no memory pattern", static o => o.EnableMemoryPattern = false);
        yield return ("no arena", static o => o.EnableCpuMemArena = false);
        yield return ("parallel execution", static o => o.ExecutionMode = ExecutionMode.ORT_PARALLEL);
        yield return ("XNNPACK", static o => o.AppendExecutionProvider("XNNPACK"));
        yield return ("oneDNN", static o => o.AppendExecutionProvider_Dnnl());
        yield return ("OpenVINO", static o => o.AppendExecutionProvider_OpenVINO());

        static Action<SessionOptions> Entry(string key, string value) => options => options.AddSessionConfigEntry(key, value);
    }

    private static SessionOptions Usual() => new()
    {
        IntraOpNumThreads = 1,
        InterOpNumThreads = 1,
        ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
    };

    private static InferenceSession Open(string model, Action<SessionOptions> set)
    {
        using var options = Usual();
        set(options);
        return new InferenceSession(model, options);
    }

    private static InferenceSession OpenOrtFormat(string model, string folder)
    {
        var path = Path.Combine(folder, "model.ort");
        using (var options = Usual())
        {
            options.AddSessionConfigEntry("session.save_model_format", "ORT");
            options.OptimizedModelFilePath = path;
            using var writing = new InferenceSession(model, options);
        }

        return Open(path, static options => options.AddSessionConfigEntry("session.load_model_format", "ORT"));
    }

    private static void Add(List<Variant> variants, string name, Func<InferenceSession> open)
    {
        try
        {
            var began = Environment.CpuUsage.TotalTime;
            var session = open();
            variants.Add(new Variant(name, session));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-44} loaded in {(Environment.CpuUsage.TotalTime - began).TotalMilliseconds:0} CPU-ms"));
        }
        catch (Exception refused) when (refused is OnnxRuntimeException or EntryPointNotFoundException or NotSupportedException)
        {
            Console.WriteLine($"{name,-44} cannot be had: {refused.Message.Split('\n')[0]}");
        }
    }

    private sealed class Variant : IDisposable
    {
        private readonly InferenceSession _session;
        private readonly float[] _features;
        private readonly OrtValue _input;
        private readonly OrtValue _output;
        private readonly OrtIoBinding _binding;
        private readonly RunOptions _options = new();
        private readonly List<double> _milliseconds = [];

        public Variant(string name, InferenceSession session)
        {
            (Name, _session) = (name, session);
            var (input, inputShape) = ShapeOf(session.InputMetadata);
            var (output, outputShape) = ShapeOf(session.OutputMetadata);
            var random = new Random(1);
            var pixels = new float[inputShape.Aggregate(1L, static (product, side) => product * side)];
            for (var i = 0; i < pixels.Length; i++)
                pixels[i] = (float)((2 * random.NextDouble()) - 1);
            _features = new float[outputShape.Aggregate(1L, static (product, side) => product * side)];
            _input = OrtValue.CreateTensorValueFromMemory(pixels, inputShape);
            _output = OrtValue.CreateTensorValueFromMemory(_features, outputShape);
            _binding = session.CreateIoBinding();
            _binding.BindInput(input, _input);
            _binding.BindOutput(output, _output);
            _session.RunWithBinding(_options, _binding);
        }

        public string Name { get; }

        public double Median => _milliseconds.Order().ElementAt(_milliseconds.Count / 2);

        public void RunRound()
        {
            var began = Environment.CpuUsage.TotalTime;
            for (var i = 0; i < RunsPerRound; i++)
                _session.RunWithBinding(_options, _binding);
            _milliseconds.Add((Environment.CpuUsage.TotalTime - began).TotalMilliseconds / RunsPerRound);
        }

        public float DifferenceTo(Variant other) => _features.Zip(other._features, static (a, b) => Math.Abs(a - b)).Max();

        public void Dispose()
        {
            _binding.Dispose();
            _input.Dispose();
            _output.Dispose();
            _options.Dispose();
            _session.Dispose();
        }

        // An axis without a length is the batch's.
        private static (string Name, long[] Shape) ShapeOf(IReadOnlyDictionary<string, NodeMetadata> tensors)
        {
            var (name, tensor) = tensors.First();
            return (name, [.. tensor.Dimensions.Select(static side => (long)Math.Max(1, side))]);
        }
    }
}
