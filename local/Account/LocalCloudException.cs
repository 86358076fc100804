using Pomona.Contracts;

namespace Pomona.Local.Account;

/// <summary>What a person is told in one sentence: what was wrong, where, and what to do.</summary>
/// <param name="message">The sentence.</param>
/// <param name="inner">What led here.</param>
/// <param name="code">What a command ends with.</param>
internal sealed class LocalCloudException(string message, Exception? inner = null, ExitCode code = ExitCode.Account)
    : PomonaException(code, message, inner);
