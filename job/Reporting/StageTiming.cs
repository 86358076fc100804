using Pomona.Job.Engines;

namespace Pomona.Job.Reporting;

/// <summary>How long a stage of the run took.</summary>
/// <param name="Stage">Its name: plan, extract, fit, reduce, publish.</param>
/// <param name="Seconds">Wall-clock seconds.</param>
/// <param name="Note">What else is worth knowing, or empty: "265 images per second", "resumed: 3 of 20 shards".</param>
internal sealed record StageTiming(string Stage, double Seconds, string Note);
