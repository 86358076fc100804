using Pomona.Job.Engines;

namespace Pomona.Job.Progress;

/// <summary>One stage under way; disposing of it ends the stage.</summary>
internal interface IStageScope : IStageProgress, IDisposable;
