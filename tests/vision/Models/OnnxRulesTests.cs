using Google.Protobuf;
using Pomona.Vision.Models;
using Pomona.Vision.Models.Onnx;

namespace Pomona.Vision.Tests.Models;

/// <summary>Every ONNX file that Pomona writes passes the checker's rules, whatever model it was made from.</summary>
public sealed class OnnxRulesTests
{
    private static readonly ModelDescription Said = new(Scaling: PixelScaling.ZeroToOne);

    public static TheoryData<string> Imports => [.. ImportsByName.Keys];

    private static Dictionary<string, Func<ModelProto>> ImportsByName { get; } = new()
    {
        ["a classifier"] = () => SmallModels.Classifier(SmallModels.Gemm),
        ["one that computes in float16"] = SmallModels.Halved,
        ["one without types between its nodes"] = () => SmallModels.Classifier(SmallModels.MatMulAdd),
        ["one of the format's version 3"] = Old,
        ["one with keys twice"] = () =>
        {
            var model = SmallModels.Classifier(SmallModels.Gemm);
            foreach (var key in new[] { "author", "author", ModelDescription.PropertyKey, ModelDescription.PropertyKey })
                model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = "{\"scaling\": \"zeroToOne\"}" });
            return model;
        },
        ["one that ends in features"] = () => ModelProto.Parser.ParseFrom(SmallModels.ChannelMeans(true, 4, 4)),
        ["one whose names are those of the components"] = () =>
        {
            var model = SmallModels.Classifier((graph, features) => SmallModels.Gemm(
                graph, graph.Node("Identity", "centred", [graph.Node("Identity", "components", [features])])));
            model.Graph.Node[0].Name = PublishedModels.FeaturesName;
            return model;
        },
    };

    [Theory]
    [MemberData(nameof(Imports))]
    public void A_model_and_what_is_published_from_it_break_no_rule(string import)
    {
        var prepared = FeatureModel.Prepare(ImportsByName[import]().ToByteArray(), "fruit.onnx", Said, null);
        var metadata = prepared.Metadata;
        var width = metadata.FeatureWidth;
        double[] mean = [.. Enumerable.Repeat(0.5, width)], scale = [.. Enumerable.Repeat(2.0, width)];
        // The names that a run's notes have, and one that says the same as the file itself.
        var notes = new Dictionary<string, string> { ["model"] = "fruit", ["version"] = "1", ["resize"] = "bicubic" };

        Assert.Empty(OnnxRules.BrokenBy(prepared.Bytes));
        Assert.Empty(OnnxRules.BrokenBy(PublishedModels.FeaturesToComponents(mean, scale, [mean], metadata, notes)));
        var whole = PublishedModels.ImageToComponents(prepared.Bytes, mean, scale, [mean], metadata, notes);
        Assert.Empty(OnnxRules.BrokenBy(whole));

        // And it can be imported again.
        var again = FeatureModel.Prepare(whole, "again.onnx", null, metadata.OutputName);
        Assert.Equal(width, again.Metadata.FeatureWidth);
        Assert.Empty(OnnxRules.BrokenBy(again.Bytes));
    }

    [Fact]
    public void A_rule_that_is_broken_is_noticed()
    {
        var model = SmallModels.Classifier(SmallModels.Gemm);
        model.MetadataProps.Add(new StringStringEntryProto { Key = "a", Value = "1" });
        model.MetadataProps.Add(new StringStringEntryProto { Key = "a", Value = "2" });
        (model.Graph.Node[0], model.Graph.Node[1]) = (model.Graph.Node[1], model.Graph.Node[0]);
        model.Graph.Output[0].Type = null;

        Assert.Equal(
            [
                "it has the metadata key 'a' 2 times",
                "it lacks type and shape of logits",
                "it lacks nodes in order: Flatten takes means before it is made",
            ],
            OnnxRules.BrokenBy(model.ToByteArray()));
    }

    private static ModelProto Old()
    {
        var model = SmallModels.Classifier(SmallModels.Gemm);
        model.IrVersion = 3;
        model.OpsetImport[0].Version = 8;
        foreach (var weights in model.Graph.Initializer)
        {
            var shape = new TensorShapeProto();
            shape.Dim.AddRange(weights.Dims.Select(length => new TensorShapeProto.Types.Dimension { DimValue = length }));
            model.Graph.Input.Add(new ValueInfoProto
            {
                Name = weights.Name,
                Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = weights.DataType, Shape = shape } },
            });
        }

        return model;
    }
}
