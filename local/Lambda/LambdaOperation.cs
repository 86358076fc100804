namespace Pomona.Local.Lambda;

/// <summary>Names a Lambda request's operation from its method and address.</summary>
internal static class LambdaOperation
{
    /// <summary>The operation, where the front cares which it is: <c>Invoke</c>; otherwise method and path.</summary>
    public static string Of(string method, string path) => (method, path.Split('/')) switch
    {
        ("POST", ["", "2015-03-31", "functions", _, "invocations"]) => "Invoke",
        ("POST", ["", "2014-11-13", "functions", _, "invoke-async"]) => "InvokeAsync",
        ("POST", ["", "2015-03-31", "functions"]) => "CreateFunction",
        ("PUT", ["", "2015-03-31", "functions", _, "configuration"]) => "UpdateFunctionConfiguration",
        ("PUT", ["", "2015-03-31", "functions", _, "code"]) => "UpdateFunctionCode",
        ("PUT", ["", "2017-10-31", "functions", _, "concurrency"]) => "PutFunctionConcurrency",
        ("DELETE", ["", "2017-10-31", "functions", _, "concurrency"]) => "DeleteFunctionConcurrency",
        _ => $"{method} {path}",
    };
}
