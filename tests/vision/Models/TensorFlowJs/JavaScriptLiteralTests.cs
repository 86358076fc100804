using System.Text.Json.Nodes;
using Pomona.Vision.Models.TensorFlowJs;

namespace Pomona.Vision.Tests.Models.TensorFlowJs;

public sealed class JavaScriptLiteralTests
{
    [Theory]
    [InlineData("{a:1,b:-.5,c:1e-3,d:196e-2}", """{"a":1,"b":-0.5,"c":0.001,"d":1.96}""")]
    [InlineData("{a:!0,b:!1,c:true,d:false,e:null,f:void 0}", """{"a":true,"b":false,"c":true,"d":false,"e":null,"f":null}""")]
    [InlineData("{\"quoted key\":'single',$_1:\"double\"}", """{"quoted key":"single","$_1":"double"}""")]
    [InlineData("[[], {}, [1,], {a:[2]},]", """[[],{},[1],{"a":[2]}]""")]
    [InlineData("\"a\\\"b\\n\\x41\\u00e9\\\\\"", "\"a\\u0022b\\nA\\u00E9\\\\\"")]
    public void A_literal_becomes_its_value(string literal, string json)
        => Assert.Equal(json, JavaScriptLiteral.ReadExport($"a.exports={literal}}},{{}}]")?.ToJsonString());

    [Fact]
    public void The_export_is_found_behind_a_bundler_s_wrapper()
    {
        const string Module = "!function(e){if(\"object\"==typeof exports)module.exports=e();else{}}(function(){return function "
            + "l(_,o){var r=n[_]={exports:{}};return r.exports}({1:[function(e,a,n){a.exports={kind:\"model\"}},{}]},{},[1])(1)});";

        Assert.Equal("""{"kind":"model"}""", JavaScriptLiteral.ReadExport(Module)?.ToJsonString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("module.exports=e()")]
    [InlineData("a.exports={a:1")]
    [InlineData("a.exports={a:1,a:2}")]
    [InlineData("a.exports={a:run()}")]
    [InlineData("a.exports={a:1 b:2}")]
    [InlineData("a.exports={a:1.2.3}")]
    [InlineData("a.exports={a:1e999}")]
    [InlineData("a.exports=\"no end")]
    [InlineData("a.exports=\"line\nbreak\"")]
    [InlineData("a.exports=\"\\u12\"")]
    [InlineData("a.exports=\"\\q\"")]
    public void Anything_else_is_refused(string module)
        => Assert.Throws<FormatException>(() => JavaScriptLiteral.ReadExport(module));

    [Fact]
    public void Deep_nesting_is_refused_instead_of_overflowing_the_stack()
        => Assert.Throws<FormatException>(() => JavaScriptLiteral.ReadExport("a.exports=" + new string('[', 1_000_000)));

    [Fact]
    public void Cut_short_anywhere_it_is_refused()
    {
        const string Module = "a.exports={a:[1,\"x\",{b:!0}],c:null}";
        Assert.IsType<JsonObject>(JavaScriptLiteral.ReadExport(Module));

        for (var length = 0; length < Module.Length; length++)
            Assert.Throws<FormatException>(() => JavaScriptLiteral.ReadExport(Module.AsSpan(0, length)));
    }
}
