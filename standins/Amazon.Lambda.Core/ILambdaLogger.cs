// Stand-in for Amazon.Lambda.Core 3.2.0: the part that Pomona uses. See docs/stand-ins.md.
namespace Amazon.Lambda.Core;

public interface ILambdaLogger
{
    void Log(string message);

    void LogLine(string message);

    void Log(string level, string message) => LogLine(message);

    void Log(LogLevel level, string message) => Log(level.ToString(), message);

    // The real default calls itself without end: every host must implement this overload. This one loses the arguments.
    void Log(string level, string message, params object[] args) => LogLine(message);

    void Log(string level, Exception exception, string message, params object[] args)
    {
        Log(level, message, args);
        Log(level, exception.ToString(), args);
    }

    void Log(LogLevel level, string message, params object[] args) => Log(level.ToString(), message, args);

    void Log(LogLevel level, Exception exception, string message, params object[] args)
        => Log(level.ToString(), exception, message, args);

    void LogTrace(string message) => Log(LogLevel.Trace.ToString(), message);

    void LogTrace(string message, params object[] args) => Log(LogLevel.Trace.ToString(), message, args);

    void LogTrace(Exception exception, string message, params object[] args)
        => Log(LogLevel.Trace.ToString(), exception, message, args);

    void LogDebug(string message) => Log(LogLevel.Debug.ToString(), message);

    void LogDebug(string message, params object[] args) => Log(LogLevel.Debug.ToString(), message, args);

    void LogDebug(Exception exception, string message, params object[] args)
        => Log(LogLevel.Debug.ToString(), exception, message, args);

    void LogInformation(string message) => Log(LogLevel.Information.ToString(), message);

    void LogInformation(string message, params object[] args) => Log(LogLevel.Information.ToString(), message, args);

    void LogInformation(Exception exception, string message, params object[] args)
        => Log(LogLevel.Information.ToString(), exception, message, args);

    void LogWarning(string message) => Log(LogLevel.Warning.ToString(), message);

    void LogWarning(string message, params object[] args) => Log(LogLevel.Warning.ToString(), message, args);

    void LogWarning(Exception exception, string message, params object[] args)
        => Log(LogLevel.Warning.ToString(), exception, message, args);

    void LogError(string message) => Log(LogLevel.Error.ToString(), message);

    void LogError(string message, params object[] args) => Log(LogLevel.Error.ToString(), message, args);

    void LogError(Exception exception, string message, params object[] args)
        => Log(LogLevel.Error.ToString(), exception, message, args);

    void LogCritical(string message) => Log(LogLevel.Critical.ToString(), message);

    void LogCritical(string message, params object[] args) => Log(LogLevel.Critical.ToString(), message, args);

    void LogCritical(Exception exception, string message, params object[] args)
        => Log(LogLevel.Critical.ToString(), exception, message, args);
}

public enum LogLevel
{
    Trace = 0,
    Debug = 1,
    Information = 2,
    Warning = 3,
    Error = 4,
    Critical = 5,
}
