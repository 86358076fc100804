using System.Security.Cryptography;
using System.Text;
using Pomona.Contracts;

namespace Pomona.Functions.Tests.Fakes;

/// <summary>What an upload of dist/artifacts leaves in the bucket, in small.</summary>
internal static class Bundle
{
    public const string Installer = "bootstrap/install-node.sh";
    public const string Job = "job.tar.gz";
    public const string Model = "model/model.onnx";
    public const string ModelDescription = "model/model.json";

    /// <summary>Puts a bundle there, and makes it the current one.</summary>
    public static MemoryStore In(MemoryStore store, string job)
    {
        var name = NameOf(job);
        store[KeyOf(name, Installer)] = "#!/bin/sh"u8.ToArray();
        store[KeyOf(name, Job)] = Encoding.UTF8.GetBytes(job);
        store[KeyOf(name, Model)] = "onnx"u8.ToArray();
        store[KeyOf(name, ModelDescription)] = "{}"u8.ToArray();
        store[KeyOf(name, BucketLayout.ArtifactList)] = ListOf(job);
        store[BucketLayout.CurrentArtifacts] = Encoding.UTF8.GetBytes(name + "\n");
        return store;
    }

    /// <summary>The name of the bundle with this job.</summary>
    public static string NameOf(string job) => Sum(ListOf(job));

    public static string KeyOf(string bundle, string path) => $"{BucketLayout.Artifacts}{bundle}/{path}";

    private static byte[] ListOf(string job) => Encoding.UTF8.GetBytes($"{Sum("#!/bin/sh"u8)}  {Installer}\n{Sum(Encoding.UTF8.GetBytes(job))}  {Job}\n{Sum("{}"u8)}  {ModelDescription}\n{Sum("onnx"u8)}  {Model}\n");

    private static string Sum(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
