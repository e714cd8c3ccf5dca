using System.Runtime.InteropServices;
using System.Text;
using MailAdmin.Core.Hosts;
using Xunit;

namespace MailAdmin.Tests.Hosts;

/// <summary>The real file system and real programs.</summary>
public sealed partial class LocalMailHostTests : MailHostContractTests, IDisposable
{
    private readonly FailingMailHost _host;

    public LocalMailHostTests()
    {
        Root = Directory.CreateTempSubdirectory("ma-").FullName;
        _host = new FailingMailHost($"{Root}/.lock");
    }

    protected override IMailHost Host => _host;

    protected override string Root { get; }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    protected override void FailAt(int act) => _host.FailAt(act);

    protected override IEnumerable<string> Strays(string folder) =>
        Directory.EnumerateFiles($"{Root}/{folder}").Select(path => Path.GetFileName(path)!).Except(["1", "2", "3"]);

    [Fact]
    public async Task Write_ManyFilesFailAtAnyAct_LeavesNoTemporaryFile()
    {
        // Above the number of files where one syncfs takes the place of an fsync each.
        for (var act = 1; ; act++)
        {
            FailAt(act);
            try
            {
                await Host.WriteAsync([.. Enumerable.Range(0, 20).Select(i => Write($"batch/{i}", "x"))], Ct);
                break;
            }
            catch (HostFileException)
            {
                Assert.DoesNotContain(Directory.Exists($"{Root}/batch") ? Directory.EnumerateFiles($"{Root}/batch") : [], HostPath.IsTemporary);
            }
        }
        FailAt(0);
        Assert.Equal(20, Directory.GetFiles($"{Root}/batch").Length);
    }

    [Fact]
    public async Task Write_OwnerAndGroup_AreSet()
    {
        await Host.WriteAsync([Write("owned", "x") with { Owner = "postfix", Group = "dovecot", Mode = UnixFileMode.UserRead | UnixFileMode.GroupRead }], Ct);
        var info = (await Host.ReadAsync($"{Root}/owned", Ct))!.Info;
        Assert.Equal(("postfix", "dovecot"), (info.Owner, info.Group));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupRead, info.Mode);
    }

    [Fact]
    public async Task Write_UnknownOwner_LeavesTheOldFile()
    {
        await Host.WriteAsync([Write("kept", "old")], Ct);
        var failed = await Assert.ThrowsAsync<HostFileException>(() => Host.WriteAsync([Write("kept", "new") with { Owner = "no-such-user" }], Ct));
        Assert.Contains("no-such-user", failed.Message, StringComparison.Ordinal);
        Assert.Equal("old", await TextAsync("kept"));
    }

    [Fact]
    public async Task Write_TargetIsALink_IsRefusedAndTheOtherFileIsUntouched()
    {
        File.WriteAllText($"{Root}/other", "secret");
        File.CreateSymbolicLink($"{Root}/link", $"{Root}/other");
        await Assert.ThrowsAsync<HostFileException>(() => Host.WriteAsync([Write("link", "x")], Ct));
        Assert.Equal("secret", File.ReadAllText($"{Root}/other"));
    }

    [Fact]
    public async Task Read_FileThatADaemonHasLocked_IsRead()
    {
        File.WriteAllText($"{Root}/locked", "x");
        using var daemon = new FileStream($"{Root}/locked", FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.Equal("x", await TextAsync("locked"));
    }

    [Fact]
    public async Task List_LeftBehindTemporaryFile_IsNotShown()
    {
        File.WriteAllText($"{Root}/.passwd.0123{HostPath.TemporarySuffix}", "half");
        Assert.Empty(await Host.ListAsync(Root, Ct));
    }

    [Fact]
    public async Task Write_TemporaryFileThatAKilledWriteLeft_IsRemovedWhenOld()
    {
        string old = $"{Root}/.a.0{HostPath.TemporarySuffix}", young = $"{Root}/.b.0{HostPath.TemporarySuffix}";
        File.WriteAllText(old, "half");
        File.WriteAllText(young, "half");
        File.SetLastWriteTimeUtc(old, File.GetLastWriteTimeUtc(old).AddHours(-1));
        await Host.WriteAsync([Write("a", "x")], Ct);
        Assert.False(File.Exists(old));
        Assert.True(File.Exists(young));
    }

    [Fact]
    public async Task Run_ArgumentsAndInput_ReachTheProgramAsTheyAre()
    {
        var result = await Host.RunAsync(["doveadm", "-c", "/dev/null", "pw", "-s", "SHA512-CRYPT", "-t", "{PLAIN}a b;$(x)'\""], Encoding.UTF8.GetBytes("a b;$(x)'\"\n"), ct: Ct);
        Assert.True(result.Succeeded, result.Error);
    }

    [Fact]
    public async Task Run_DoesNotEndInTime_IsStopped()
    {
        var began = TimeProvider.System.GetTimestamp();
        // Reading a pipe that nobody writes never ends.
        Assert.Equal(0, Fifo($"{Root}/fifo", 0x180));
        var failed = await Assert.ThrowsAsync<HostCommandException>(() => Host.RunAsync(["postmap", "-c", "/etc/postfix", $"cdb:{Root}/fifo"], timeout: TimeSpan.FromMilliseconds(300), ct: Ct));
        Assert.Contains("did not end", failed.Message, StringComparison.Ordinal);
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Run_Fails_SaysExitCodeAndError()
    {
        File.WriteAllText($"{Root}/main.cf", "compatibility_level = 3.6\n");
        var result = await Host.RunAsync(["postmap", "-c", Root, "-q", "x", "cdb:/no/such/map"], ct: Ct);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("/no/such/map", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadOutput_MuchOutput_ComesInOrderAndWhole()
    {
        // Some 100,000 rows back out of a map: more than a pipe holds.
        File.WriteAllText($"{Root}/main.cf", "compatibility_level = 3.6\n");
        var rows = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"k{i:000000} {new string('v', 40)}\n"));
        File.WriteAllText($"{Root}/map", rows);
        Assert.True((await Host.RunAsync(["postmap", "-c", Root, $"lmdb:{Root}/map"], ct: Ct)).Succeeded);
        using var all = new MemoryStream();
        var ended = await Host.ReadOutputAsync(["postmap", "-c", Root, "-s", $"lmdb:{Root}/map"], piece => { all.Write(piece.Span); return true; }, ct: Ct);
        Assert.Equal(0, ended.ExitCode);
        var lines = Encoding.UTF8.GetString(all.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(100_000, lines.Length);
        Assert.Equal(rows.Length, all.Length);
    }

    [Fact]
    public async Task ReadOutput_ReaderHasSeenEnough_StopsTheProgram()
    {
        File.WriteAllText($"{Root}/main.cf", "compatibility_level = 3.6\n");
        File.WriteAllText($"{Root}/map", string.Concat(Enumerable.Range(0, 100_000).Select(i => $"k{i:000000} v\n")));
        Assert.True((await Host.RunAsync(["postmap", "-c", Root, $"lmdb:{Root}/map"], ct: Ct)).Succeeded);
        var seen = 0L;
        var ended = await Host.ReadOutputAsync(["postmap", "-c", Root, "-s", $"lmdb:{Root}/map"], piece => (seen += piece.Length) < 1000, ct: Ct);
        Assert.Null(ended.ExitCode);
        Assert.True(ended.Succeeded);
        Assert.InRange(seen, 1000, 200_000);
    }

    [Fact]
    public async Task ReadOutput_Fails_SaysExitCodeAndError()
    {
        var ended = await Host.ReadOutputAsync(["postqueue", "-c", "/no/such/folder", "-j"], _ => true, ct: Ct);
        Assert.False(ended.Succeeded);
        Assert.Contains("/no/such/folder", ended.Error, StringComparison.Ordinal);
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Fifo(string path, uint mode);

    private sealed class FailingMailHost(string lockPath) : LocalMailHost(lockPath, TimeProvider.System)
    {
        private int _countdown;

        public void FailAt(int act) => _countdown = act;

        protected override void Before(FileAct act, string path)
        {
            if (_countdown > 0 && --_countdown == 0) throw new IOException("No space left on device");
        }
    }
}
