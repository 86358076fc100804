using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Pomona.Local.Faults;

namespace Pomona.Local.Tests.Faults;

/// <summary>What a bucket's writer sees whose request was done and not answered.</summary>
public sealed class LostAnswerTests(LocalAccount account) : IClassFixture<LocalAccount>
{
    [Fact]
    public async Task A_conditional_write_that_was_done_and_not_answered_is_refused_for_what_it_wrote_itself_when_it_is_sent_again()
    {
        await account.S3.PutBucketAsync("unanswered");
        var faults = account.Part<FaultPlan>();
        faults.Add(new ApiFault("s3", "PutObject", Path: "/locks/fruits", Times: 1, LosesAnswer: true));
        try
        {
            // The SDK sends it again by itself.
            var refused = await Assert.ThrowsAsync<AmazonS3Exception>(() => account.S3.PutObjectAsync(new PutObjectRequest
            {
                BucketName = "unanswered",
                Key = "locks/fruits",
                ContentBody = "mine",
                IfNoneMatch = "*",
            }));

            Assert.Equal(HttpStatusCode.PreconditionFailed, refused.StatusCode);
            Assert.Equal(1, Assert.Single(faults.Standings()).Struck);
            using var found = await account.S3.GetObjectAsync("unanswered", "locks/fruits");
            using var reader = new StreamReader(found.ResponseStream);
            Assert.Equal("mine", await reader.ReadToEndAsync());
        }
        finally
        {
            faults.Clear();
        }
    }
}
