namespace Pomona.Job.Samples;

/// <summary>Samples cannot be drawn into the folder; the message is the sentence to show.</summary>
internal sealed class SampleFolderException(string message) : Exception(message);
