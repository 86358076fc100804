using System.Net.Sockets;

namespace Pomona.Contracts.Tests;

public sealed class FileHandlesTests
{
    [Fact]
    public void The_systems_numbers_its_words_and_a_part_of_the_program_that_is_there_all_say_that_handles_ran_out()
    {
        Assert.True(FileHandles.RanOut(new IOException("x", 24)));
        Assert.True(FileHandles.RanOut(new IOException("x", 23)));
        Assert.True(FileHandles.RanOut(new SocketException((int)SocketError.TooManyOpenSockets)));
        Assert.True(FileHandles.RanOut(new InvalidOperationException("x", new IOException("Too many open files : '/a'"))));
        // What a runtime that may open no file says of an assembly of its own.
        Assert.True(FileHandles.RanOut(new FileNotFoundException("x", "System.IO.Pipelines, Version=10.0.0.0, Culture=neutral")));
    }

    [Fact]
    public void A_file_that_is_not_there_is_another_matter()
    {
        Assert.False(FileHandles.RanOut(null));
        Assert.False(FileHandles.RanOut(new FileNotFoundException("x", "/photos/apple.png")));
        Assert.False(FileHandles.RanOut(new FileNotFoundException("x", "No.Such.Assembly, Version=1.0.0.0")));
        Assert.False(FileHandles.RanOut(new IOException("x", 28)));
    }
}
