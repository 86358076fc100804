using Pomona.Contracts;
using Pomona.Job.Pipeline;
using Pomona.Job.Workers;
using Pomona.Storage;

namespace Pomona.Job.Tests.Workers;

public sealed class ShardFailureTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("two\nlines\tand \"quotes\" 'ün piñon' 果物 \\")]
    [InlineData("</pomona-shard-failure><pomona-shard-failure>{}")]
    public void A_failure_is_found_again_in_whatever_Spark_puts_around_it(string reason)
    {
        var failure = ShardFailure.Of("Extract", 7, new ImageFailedException("kiwi/" + reason, new InvalidOperationException(reason)));
        var thrown = new ShardFailedException(failure, new InvalidOperationException(reason));
        var told = "System.Exception: JVM method execution failed\n ---> Microsoft.Spark.JvmException: org.apache.spark.SparkException: "
            + $"Job aborted: Lost task 7.3: org.apache.spark.api.python.PythonException: {thrown}\n\tat org.apache.spark.api.python";

        var found = ShardFailure.Find(told);

        Assert.Equal(failure, found);
        var error = Assert.IsType<PomonaException>(found!.ToException(thrown));
        Assert.Contains("Extract of shard 7, image 'kiwi/", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_pipeline_knows_how_to_explain_comes_back_as_it_was()
    {
        Exception RoundTrip(Exception failure)
        {
            var thrown = new ShardFailedException(ShardFailure.Of("Reduce", 3, failure), failure);
            return ShardFailure.Find(thrown.ToString())!.ToException(thrown);
        }

        var store = Assert.IsType<StoreException>(RoundTrip(new StoreException(StoreFault.Full, "no space for 'x'")));
        Assert.Equal((StoreFault.Full, "Reduce of shard 3: no space for 'x'"), (store.Fault, store.Message));
        var conflict = Assert.IsType<PomonaException>(RoundTrip(new PomonaException(ExitCode.Conflict, "damaged")));
        Assert.Equal((ExitCode.Conflict, "Reduce of shard 3: damaged"), (conflict.Code, conflict.Message));
        Assert.IsType<InvalidDataException>(RoundTrip(new InvalidDataException("no Parquet")));
    }

    [Fact]
    public void Of_several_attempts_the_most_recent_one_is_told()
    {
        var first = new ShardFailedException(ShardFailure.Of("Fit", 1, new InvalidDataException("first")), new InvalidDataException());
        var last = new ShardFailedException(ShardFailure.Of("Fit", 1, new InvalidDataException("last")), new InvalidDataException());

        Assert.Equal("last", ShardFailure.Find($"{first}\n{last}")!.Reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData("org.apache.spark.SparkException: Job 0 cancelled because SparkContext was shut down")]
    [InlineData("<pomona-shard-failure>{\"stage\":</pomona-shard-failure>")]
    public void A_failure_that_is_no_shards_is_not_taken_for_one(string text) => Assert.Null(ShardFailure.Find(text));
}
