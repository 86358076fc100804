using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Pomona.Contracts;

namespace Pomona.Functions.Runs;

/// <summary>Makes run ids without chance: the same origin at the same second gives the same id, so that a retry repeats it.</summary>
internal static class RunIds
{
    /// <summary>The id of the run that begins now.</summary>
    /// <param name="start">When.</param>
    /// <param name="origin">What makes it this run and no other of the second: a request's id, an execution's name.</param>
    public static RunId Create(DateTimeOffset start, string origin)
        => RunId.Create(start, BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(origin))));
}
