using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Amazon.Lambda.Core;
using Amazon.Lambda.Serialization.SystemTextJson;

[assembly: LambdaSerializer(typeof(SourceGeneratorLambdaJsonSerializer<Pomona.Local.SampleFunctions.SampleJson>))]

namespace Pomona.Local.SampleFunctions;

[SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "Handlers are instance methods, as people write them.")]
[SuppressMessage("Design", "CA1515:Consider making public types internal", Justification = "Lambda calls public types.")]
public sealed class Samples
{
    private static int _calls;

    public JsonElement Echo(JsonElement input, ILambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Logger.LogInformation("echo {input} to {@caller}, {unknown}", input.GetRawText(), "you");
        return input;
    }

    public Dictionary<string, string> Environment(JsonElement input) =>
        System.Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);

    public async Task<string> Context(JsonElement input, ILambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        await Task.Yield();
        return $"{context.FunctionName} {context.MemoryLimitInMB} {context.AwsRequestId} {context.RemainingTime > TimeSpan.Zero}";
    }

    public void Mutter(JsonElement input) => Console.Write("no line break");

    public string Babble(JsonElement input) => new('x', 7 << 20);

    public void Throw(JsonElement input) => throw new InvalidOperationException("the reason", new ArgumentException("below"));

    public async Task Sleep(JsonElement input)
    {
        Console.WriteLine("going to sleep");
        await Task.Delay(TimeSpan.FromMinutes(5));
    }

    [SuppressMessage("Performance", "CA1819", Justification = "Memory is the point.")]
    public int Hog(JsonElement input)
    {
        var kept = new List<nint>();
        while (true)
        {
            // Native memory: the garbage collector's own limit must not be what stops it.
            var block = System.Runtime.InteropServices.Marshal.AllocHGlobal(8 << 20);
            unsafe
            {
                new Span<byte>((void*)block, 8 << 20).Fill(1);
            }

            kept.Add(block);
            Thread.Sleep(5);
        }
    }

    /// <summary>Says where its temporary files go, and writes so many megabytes there.</summary>
    public string Scribble(JsonElement input)
    {
        var folder = Path.GetTempPath();
        File.WriteAllBytes(Path.Combine(folder, "scribbled"), new byte[input.GetProperty("megabytes").GetInt32() << 20]);
        Thread.Sleep(input.GetProperty("milliseconds").GetInt32());
        return folder;
    }

    public int Count(JsonElement input) => Interlocked.Increment(ref _calls);

    public void Exit(JsonElement input) => System.Environment.Exit(7);

    public string FailUntil(JsonElement input)
    {
        // Attempts are counted in a file, because a failing instance may be replaced.
        var file = input.GetProperty("file").GetString()!;
        File.AppendAllText(file, "x");
        var attempts = File.ReadAllText(file).Length;
        return attempts > input.GetProperty("failures").GetInt32()
            ? "done"
            : throw new InvalidOperationException($"attempt {attempts}");
    }

    public void Record(JsonElement input)
    {
        // Several instances write to one file: each has it for itself until its line is whole.
        var line = Encoding.UTF8.GetBytes(input.GetRawText() + "\n");
        while (true)
        {
            try
            {
                using var file = new FileStream(
                    System.Environment.GetEnvironmentVariable("RECORD")!, FileMode.Append, FileAccess.Write, FileShare.None);
                file.Write(line);
                return;
            }
            catch (IOException)
            {
                Thread.Sleep(5);
            }
        }
    }
}

[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(int))]
public sealed partial class SampleJson : JsonSerializerContext;
