using CsCheck;
using Pomona.Contracts;
using Pomona.Functions.Planning;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests.Planning;

public sealed class ClusterSizingTests
{
    private static readonly ClusterTypes All = ClusterTypes.Of(ClusterForm.TaskTypes, offered: null, "emr-7.7.0", withTasks: true);
    private readonly Stack _stack = new();

    [Theory]
    [InlineData(10_000, 4, 0)]
    [InlineData(100_000, 4, 0)]
    [InlineData(1_000_000, 4, 20)]
    [InlineData(10_000_000, 4, 60)]
    [InlineData(100_000_000, 4, 60)]
    public void The_cluster_grows_with_the_images_until_the_stack_s_limit(long images, int core, int task)
    {
        var size = _stack.Sizing.SizeOf(Plan(images), null);

        Assert.Equal((core, task), (size.Core, size.Task));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(4, 0)]
    [InlineData(6, 0)]
    [InlineData(8, 4)]
    [InlineData(11, 4)]
    [InlineData(63, 56)]
    public void However_low_the_limit_is_it_is_not_exceeded_by_a_rounded_node(int limit, int task)
    {
        _stack["POMONA_MAX_VCPUS"] = limit.ToString(System.Globalization.CultureInfo.InvariantCulture);

        var size = _stack.Sizing.SizeOf(Plan(100_000_000), null);

        Assert.Equal((4, task), (size.Core, size.Task));
        Assert.True(_stack.Sizing.EstimateOf(Plan(100_000_000), size, All).JobSeconds > 0);
    }

    [Fact]
    public void Every_node_s_public_address_is_in_the_estimate()
    {
        var size = new ClusterSize(Primary: 4, Core: 4, Task: 16, Spot: true);
        _stack["POMONA_PRICE_PUBLIC_IPV4_HOUR"] = "0";
        var without = _stack.Sizing.EstimateOf(Plan(1000), size, All).Hourly;
        _stack["POMONA_PRICE_PUBLIC_IPV4_HOUR"] = "0.005";

        Assert.Equal(without + (6 * 0.005m), _stack.Sizing.EstimateOf(Plan(1000), size, All).Hourly);
    }

    [Fact]
    public void More_images_never_get_a_smaller_cluster_or_a_cheaper_run()
    {
        var previous = (Size: 0, Cost: 0m, AtMost: 0m);
        for (long images = 1; images < 200_000_000; images = (images * 5 / 4) + 1)
        {
            var size = _stack.Sizing.SizeOf(Plan(images), null);
            (size, var types) = _stack.Sizing.Fit(size, All);
            var estimate = _stack.Sizing.EstimateOf(Plan(images), size, types);

            Assert.True(size.Core + size.Task >= previous.Size);
            Assert.True(estimate.CostAtMost >= estimate.Cost);
            // A larger cluster may be done sooner; what it costs in all is not less by more than that rounding.
            Assert.True(estimate.Cost >= previous.Cost * 0.7m, $"{images}: {estimate.Cost} after {previous.Cost}");
            previous = (size.Core + size.Task, estimate.Cost, estimate.CostAtMost);
        }
    }

    [Fact]
    public void Vcpus_are_never_more_than_shards_can_use()
    {
        _stack["POMONA_IMAGES_PER_VCPU_SECOND"] = "0.1";

        Assert.Equal(8, _stack.Sizing.SizeOf(Plan(10 * 512), null).Task);
    }

    [Fact]
    public void The_documented_example_is_what_is_reckoned()
    {
        // docs/sizing-and-cost.md: a million images of 512 per shard.
        var size = _stack.Sizing.SizeOf(Plan(1_000_000), null);
        (size, var types) = _stack.Sizing.Fit(size, All);
        var estimate = _stack.Sizing.EstimateOf(Plan(1_000_000), size, types);

        Assert.Equal((23, 4), (size.Working, size.Overshoot));
        Assert.Equal(120 + 1740, estimate.JobSeconds);
        Assert.Equal(1860 + 660, estimate.ClusterSeconds);
        Assert.Equal(1.42m, estimate.Cost);
        Assert.Equal(2.58m, estimate.CostAtMost);
    }

    [Fact]
    public void Telephone_photos_rent_what_they_need()
    {
        // docs/sizing-and-cost.md, the table: 10,000 photos of 4 MB, in either way of decoding, and as HEIC of 2 MB.
        Assert.Equal(
            [(4, 254, 0.15m, 0.18m), (8, 1302, 0.41m, 0.60m), (4, 1303, 0.32m, 0.39m), (24, 2559, 1.22m, 2.70m)],
            [
                Rented(null, JobArguments.Exact),
                Rented(new LargeImageBytes(Jpeg: TenThousand(4_000_000)), JobArguments.Exact),
                Rented(new LargeImageBytes(Jpeg: TenThousand(4_000_000)), JobArguments.Scaled),
                Rented(new LargeImageBytes(Heif: TenThousand(2_000_000)), JobArguments.Scaled),
            ]);

        static long TenThousand(long size) => 10_000 * (size - LargeImageBytes.SmallImage);

        (int Vcpus, long JobSeconds, decimal Cost, decimal CostAtMost) Rented(LargeImageBytes? large, string decode)
        {
            var plan = Plan(10_000) with { Large = large };
            var (size, types) = _stack.Sizing.Fit(_stack.Sizing.SizeOf(plan, null, decode), All);
            var estimate = _stack.Sizing.EstimateOf(plan, size, types, decode: decode);
            return (size.Core + size.Task, estimate.JobSeconds, estimate.Cost, estimate.CostAtMost);
        }
    }

    [Fact]
    public void More_images_and_more_bytes_are_never_less_work_and_never_less_than_as_many_small_ones()
    {
        Gen.Select(Gen.Long[0, 1L << 40], Gen.Long[0, 1L << 40], Gen.Long[0, 1L << 40], Gen.Long[0, 1L << 40]).Select(
                (jpeg, webp, heif, other) => new LargeImageBytes(jpeg, webp, heif, other))
            .Select(Gen.Long[1, 10_000_000], Gen.Long[0, 1_000_000], Gen.Bool.Select(static exact => exact ? JobArguments.Exact : JobArguments.Scaled))
            .Sample((large, images, more, decode) =>
            {
                var (work, size) = Of(Plan(images) with { Large = large });
                foreach (var larger in new[]
                {
                    Plan(images + more) with { Large = large },
                    Plan(images) with { Large = large with { Jpeg = large.Jpeg + more } },
                    Plan(images) with { Large = large with { WebP = large.WebP + more } },
                    Plan(images) with { Large = large with { Heif = large.Heif + more } },
                    Plan(images) with { Large = large with { Other = large.Other + more } },
                    Plan(images) with { Large = large with { Avif = large.Avif + more } },
                    Plan(images) with { Large = large with { JpegXl = large.JpegXl + more } },
                })
                {
                    var (otherWork, otherSize) = Of(larger);
                    Assert.True(otherWork >= work && otherSize >= size);
                }

                var (small, smallSize) = Of(Plan(images) with { Large = LargeImageBytes.None });
                Assert.Equal(images, small);
                Assert.True(work >= small && size >= smallSize);
                Assert.True(ImageWork.SmallPhotosOf(Plan(images) with { Large = large }, JobArguments.Scaled)
                    <= ImageWork.SmallPhotosOf(Plan(images) with { Large = large }, JobArguments.Exact));

                (double Work, int Size) Of(RunPlan plan)
                {
                    var fitting = _stack.Sizing.SizeOf(plan, null, decode);
                    return (ImageWork.SmallPhotosOf(plan, decode), fitting.Core + fitting.Task);
                }
            });
    }

    [Fact]
    public void A_plan_of_an_earlier_version_is_reckoned_as_one_of_JPEGs()
    {
        var told = Plan(1000) with { Bytes = 4_000_000_000, Large = new LargeImageBytes(Jpeg: 4_000_000_000 - (1000 * LargeImageBytes.SmallImage)) };

        Assert.Equal(ImageWork.SmallPhotosOf(told, JobArguments.Exact), ImageWork.SmallPhotosOf(told with { Large = null }, JobArguments.Exact));
    }

    [Fact]
    public void Overrides_win_over_the_formula()
    {
        var overrides = new ClusterOverrides { TaskVcpus = 56, CoreVcpus = 8, Spot = false };

        var size = _stack.Sizing.SizeOf(Plan(1), overrides);

        Assert.Equal((8, 56, false), (size.Core, size.Task, size.Spot));
        var m5 = All with { OnDemand = [InstanceType.Parse("m5.xlarge")], Task = [InstanceType.Parse("m5.xlarge")] };
        var estimate = _stack.Sizing.EstimateOf(Plan(1), size, m5);
        Assert.Equal(estimate.CostAtMost, estimate.Cost);
    }

    [Fact]
    public void Overrides_that_exceed_the_stack_s_limit_are_wrong_input()
    {
        var overrides = new ClusterOverrides { TaskVcpus = 60, CoreVcpus = 8 };

        Assert.Throws<InvalidExecutionInputException>(() => _stack.Sizing.SizeOf(Plan(1), overrides));
    }

    [Theory]
    [InlineData("m5.xlarge", 0.06)]
    [InlineData("m5a.xlarge", 0.05375)]
    [InlineData("r7iz.4xlarge", 0.11625)]
    public void A_type_is_priced_by_its_family(string type, double vcpuHour)
    {
        ClusterTypes types = new([InstanceType.Parse("m5.xlarge")], [InstanceType.Parse(type)], []);

        var with = _stack.Sizing.EstimateOf(Plan(1), new ClusterSize(4, 4, 16, Spot: false), types);
        var without = _stack.Sizing.EstimateOf(Plan(1), new ClusterSize(4, 4, 0, Spot: false), types);

        // 16 vCPU and the disks and addresses of four nodes.
        Assert.Equal((16 * (decimal)vcpuHour) + (4 * 0.014m), with.HourlyAtMost - without.HourlyAtMost);
    }

    [Fact]
    public void Every_type_that_is_rented_unasked_has_a_price()
        => Assert.All(ClusterForm.TaskTypes.Concat(ClusterForm.OnDemandTypes), type => Assert.NotNull(FamilyPrices.FactorOf(type)));

    [Fact]
    public void A_family_without_a_price_is_named_and_reckoned_as_m5()
    {
        ClusterTypes types = new([InstanceType.Parse("m5.xlarge")], [InstanceType.Parse("m9i.xlarge")], []);

        Assert.Equal(["m9i"], _stack.Sizing.EstimateOf(Plan(1), new ClusterSize(4, 4, 16, Spot: false), types).Unpriced!);
    }

    private static RunPlan Plan(long images)
        => new("s3://b/datasets/fruits/", images, images * 10_000, (int)((images + 511) / 512), 512, 0, new string('a', 64));
}
