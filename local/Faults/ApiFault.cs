namespace Pomona.Local.Faults;

/// <summary>Makes API calls fail, as a broken or busy service would, or holds them up.</summary>
/// <param name="Service">The service's signing name, or null for every service.</param>
/// <param name="Operation">The operation, or null for all.</param>
/// <param name="Caller">The access key of the callers that are struck, or null for all.</param>
/// <param name="Path">What the request's path must contain (a function's name, a bucket), or null.</param>
/// <param name="Status">The HTTP status that they get.</param>
/// <param name="Code">The error's name that they get.</param>
/// <param name="Message">What the error says; null for one that tells that it was injected.</param>
/// <param name="Times">How many calls are struck; null for all until the fault is removed.</param>
/// <param name="OneIn">Strikes only every n-th matching call.</param>
/// <param name="Hold">The calls do not fail: they wait until they are let in, or until the fault is removed.</param>
/// <param name="LosesAnswer">What the calls ask for is done; only then do their callers get the error.</param>
internal sealed record ApiFault(
    string? Service = null,
    string? Operation = null,
    string? Caller = null,
    string? Path = null,
    int Status = 503,
    string Code = "ServiceUnavailable",
    string? Message = null,
    int? Times = null,
    int OneIn = 1,
    bool Hold = false,
    bool LosesAnswer = false);
