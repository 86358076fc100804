// Stand-in for Amazon.Lambda.Core 3.2.0: the part that Pomona uses. See docs/stand-ins.md.
namespace Amazon.Lambda.Core;

public enum LogLevel
{
    Trace = 0,
    Debug = 1,
    Information = 2,
    Warning = 3,
    Error = 4,
    Critical = 5,
}
