using System.Text.Json.Nodes;
using Pomona.Local.Account;
using Pomona.Local.Stack;

namespace Pomona.Local.Tests.Stack;

public sealed class StackValuesTests
{
    private static readonly Template Sample = Template.Parse(JsonNode.Parse("""
        {"Parameters":{"Name":{"Type":"String","Default":"plum","AllowedPattern":"^[a-z]+$"},"Many":{"Type":"CommaDelimitedList","Default":"a, b"},
                       "Days":{"Type":"Number","Default":3,"MinValue":1,"MaxValue":9}},
         "Conditions":{"IsPlum":{"Fn::Equals":[{"Ref":"Name"},"plum"]},"IsNot":{"Fn::Not":[{"Condition":"IsPlum"}]}},
         "Resources":{"Tree":{"Type":"T"}}}
        """)!.AsObject(), "/");

    [Theory]
    [InlineData("""{"Ref":"Name"}""", "\"plum\"")]
    [InlineData("""{"Ref":"Many"}""", """["a","b"]""")]
    [InlineData("""{"Ref":"AWS::Region"}""", "\"us-east-1\"")]
    [InlineData("""{"Fn::Sub":"${AWS::StackName}/${Name}/${Tree.Arn}/${!Literal}"}""", "\"s/plum/arn:tree/${Literal}\"")]
    [InlineData("""{"Fn::Sub":["${X}-${Tree}",{"X":{"Ref":"Days"}}]}""", "\"3-tree\"")]
    [InlineData("""{"Fn::Join":["+",["x",{"Ref":"Name"}]]}""", "\"x\\u002Bplum\"")]
    [InlineData("""{"Fn::If":["IsPlum",1,2]}""", "1")]
    [InlineData("""{"a":{"Fn::If":["IsNot",1,{"Ref":"AWS::NoValue"}]},"b":{"Fn::GetAtt":["Tree","Arn"]}}""", """{"b":"arn:tree"}""")]
    [InlineData("""{"Fn::Select":["1",{"Fn::Split":["/","a/b/c"]}]}""", "\"b\"")]
    public void Functions_give_what_cloudformation_gives(string expression, string value)
    {
        var values = Values();
        values.Add("Tree", CreatedResource.WithArn("tree", "arn:tree"));

        Assert.Equal(value, values.Resolve(JsonNode.Parse(expression))!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"Fn::ImportValue":"x"}""", "Fn::ImportValue")]
    [InlineData("""{"Ref":"Nobody"}""", "'Nobody'")]
    [InlineData("""{"Fn::GetAtt":["Tree","Height"]}""", "Tree.Height")]
    public void What_is_not_known_is_refused_by_name(string expression, string named) =>
        Assert.Contains(named, Assert.Throws<LocalCloudException>(() => Values().Resolve(JsonNode.Parse(expression))).Message);

    [Theory]
    [InlineData("Name", "Plum")]
    [InlineData("Days", "10")]
    [InlineData("Days", "many")]
    [InlineData("Nobody", "x")]
    public void A_parameter_value_that_is_not_allowed_is_refused(string name, string value) =>
        Assert.Contains(name, Assert.Throws<LocalCloudException>(() => Values((name, value))).Message);

    private static StackValues Values(params (string Name, string Value)[] parameters) =>
        new(Sample, "s", parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value));
}
