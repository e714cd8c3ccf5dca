using System.Text;
using MailAdmin.Core.Hosts;
using Xunit;

namespace MailAdmin.Tests.Hosts;

/// <summary>What every way to reach a host promises.</summary>
public abstract class MailHostContractTests
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Shared = Private | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    protected abstract IMailHost Host { get; }

    /// <summary>A folder of its own.</summary>
    protected abstract string Root { get; }

    /// <summary>From now on the n-th act that changes something fails for lack of space; 0 for none.</summary>
    protected abstract void FailAt(int act);

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_NoSuchFileOrFolder_IsNull()
    {
        Assert.Null(await Host.ReadAsync($"{Root}/none", Ct));
        Assert.Null(await Host.ReadAsync($"{Root}/none/deeper", Ct));
        Assert.Empty(await Host.ListAsync($"{Root}/none", Ct));
    }

    [Fact]
    public async Task Write_NewFileInNewFolders_HasContentAndMode()
    {
        byte[] bytes = [0, 255, 10, 13, 200];
        await Host.WriteAsync([new HostFileWrite($"{Root}/a/b/file", bytes, Shared)], Ct);
        var file = await Host.ReadAsync($"{Root}/a/b/file", Ct);
        Assert.Equal(bytes, file!.Content.ToArray());
        Assert.Equal(Shared, file.Info.Mode);
        Assert.Equal(5, file.Info.Size);
        Assert.Equal("root", file.Info.Owner);
    }

    [Fact]
    public async Task Write_ManyFiles_AreAllThereAndListedByName()
    {
        await Host.WriteAsync([.. Enumerable.Range(0, 40).Select(i => Write($"many/{i:00}", $"{i}"))], Ct);
        var listed = await Host.ListAsync($"{Root}/many", Ct);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"{Root}/many/{i:00}"), listed.Select(file => file.Path));
        Assert.Equal("39", await TextAsync("many/39"));
    }

    [Fact]
    public async Task Write_FailsAtAnyAct_LeavesOldOrNewInOrderAndNothingElse()
    {
        for (var act = 1; ; act++)
        {
            FailAt(0);
            var folder = $"faults{act}";
            await Host.WriteAsync([Write($"{folder}/1", "old"), Write($"{folder}/2", "old")], Ct);
            FailAt(act);
            try
            {
                await Host.WriteAsync([Write($"{folder}/1", "new"), Write($"{folder}/2", "new"), Write($"{folder}/3", "new")], Ct);
                FailAt(0);
                Assert.True(act > 3, "No act failed: nothing was tested.");
                break;
            }
            catch (HostFileException)
            {
                FailAt(0);
            }
            string?[] now = [await TextAsync($"{folder}/1"), await TextAsync($"{folder}/2"), await TextAsync($"{folder}/3") ?? "old"];
            var changed = now.TakeWhile(text => text == "new").Count();
            Assert.All(now.Skip(changed), text => Assert.Equal("old", text));
            Assert.Empty(Strays(folder));
        }
    }

    [Fact]
    public async Task Write_AdvanceModifiedSecond_IsSeenByWholeSeconds()
    {
        var seconds = new List<long>();
        for (var i = 0; i < 5; i++)
        {
            await Host.WriteAsync([Write("passwd", $"{i}") with { AdvanceModifiedSecond = true }], Ct);
            seconds.Add((await Host.ReadAsync($"{Root}/passwd", Ct))!.Info.ModifiedAt.ToUnixTimeSeconds());
        }
        Assert.Equal(5, seconds.Distinct().Count());
        Assert.Equal(seconds.Order(), seconds);
    }

    [Fact]
    public async Task Move_ReplacesTheTarget_DeleteTwiceIsNoError()
    {
        await Host.WriteAsync([Write("from", "new"), Write("to", "old")], Ct);
        await Host.MoveAsync($"{Root}/from", $"{Root}/to", Ct);
        Assert.Equal("new", await TextAsync("to"));
        Assert.Null(await TextAsync("from"));
        await Assert.ThrowsAsync<HostFileException>(() => Host.MoveAsync($"{Root}/from", $"{Root}/to", Ct));
        await Host.DeleteAsync($"{Root}/to", Ct);
        await Host.DeleteAsync($"{Root}/to", Ct);
        Assert.Null(await TextAsync("to"));
    }

    [Theory]
    [InlineData("relative")]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/tmp/../etc/passwd")]
    [InlineData("/tmp//x")]
    [InlineData("/tmp/./x")]
    [InlineData("/tmp/x/")]
    [InlineData("/tmp/a\nb")]
    [InlineData("/tmp/a\0b")]
    public async Task AnyAct_PathNotAbsoluteAndNormal_IsRefused(string path)
    {
        await Assert.ThrowsAsync<HostFileException>(() => Host.ReadAsync(path, Ct));
        await Assert.ThrowsAsync<HostFileException>(() => Host.ListAsync(path, Ct));
        await Assert.ThrowsAsync<HostFileException>(() => Host.WriteAsync([new HostFileWrite(path, default, Private)], Ct));
        await Assert.ThrowsAsync<HostFileException>(() => Host.DeleteAsync(path, Ct));
        await Assert.ThrowsAsync<HostFileException>(() => Host.MoveAsync(path, $"{Root}/x", Ct));
        await Assert.ThrowsAsync<HostFileException>(() => Host.EnsureDirectoryAsync(path, Private, null, null, Ct));
    }

    [Fact]
    public async Task Write_TargetIsAFolder_IsRefused()
    {
        await Host.EnsureDirectoryAsync($"{Root}/folder", Private | UnixFileMode.UserExecute, null, null, Ct);
        await Assert.ThrowsAsync<HostFileException>(() => Host.WriteAsync([Write("folder", "x")], Ct));
    }

    [Theory]
    [InlineData("sh")]
    [InlineData("/usr/sbin/postconf")]
    [InlineData("../bin/sh")]
    [InlineData("")]
    public async Task Run_ProgramNotOnTheList_IsRefused(string program) =>
        await Assert.ThrowsAsync<HostCommandException>(() => Host.RunAsync([program, "-c", "true"], ct: Ct));

    [Theory]
    [InlineData("sh")]
    [InlineData("/usr/sbin/postconf")]
    public async Task ReadOutput_ProgramNotOnTheList_IsRefused(string program) =>
        await Assert.ThrowsAsync<HostCommandException>(() => Host.ReadOutputAsync([program, "-c", "true"], _ => true, ct: Ct));

    [Fact]
    public async Task Lock_HeldBySomebody_SaysWho_AndIsFreeAfterwards()
    {
        await using (await Host.LockAsync("applying generation 7", TimeSpan.Zero, Ct))
        {
            var busy = await Assert.ThrowsAsync<HostBusyException>(() => Host.LockAsync("second", TimeSpan.FromMilliseconds(120), Ct));
            Assert.Contains("applying generation 7", busy.Message, StringComparison.Ordinal);
        }
        await using var again = await Host.LockAsync("third", TimeSpan.Zero, Ct);
        Assert.NotNull(again);
    }

    /// <summary>Files in a folder that nobody asked for.</summary>
    protected abstract IEnumerable<string> Strays(string folder);

    protected HostFileWrite Write(string name, string text) => new($"{Root}/{name}", Encoding.UTF8.GetBytes(text), Private);

    protected async Task<string?> TextAsync(string name) => await Host.ReadAsync($"{Root}/{name}", Ct) is { } file ? Encoding.UTF8.GetString(file.Content.Span) : null;
}
