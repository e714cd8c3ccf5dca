using System.Text;
using MailAdmin.Core.Data;
using MailAdmin.Core.Provisioning.Planning;
using Microsoft.Extensions.Logging.Abstractions;

namespace MailAdmin.Tests.Provisioning;

/// <summary>What was last written can be read again, whichever way it is kept.</summary>
public sealed class BaseContentsTests : IDisposable
{
    private const string Map = "/etc/mailadmin/postfix/virtual_alias_maps";

    private readonly string _folder = Directory.CreateTempSubdirectory("ma-").FullName;
    private readonly BaseContents _bases;

    public BaseContentsTests() => _bases = new BaseContents(new DataDirectory(_folder), NullLogger<BaseContents>.Instance);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Keep_LargeFileWithOneRowMore_WritesTheChangeAlone()
    {
        await KeepAsync(Rows(0));
        for (var i = 1; i <= 3; i++) await KeepAsync(Rows(i), since: Rows(i - 1));
        Assert.Equal(Rows(0), await File.ReadAllBytesAsync(Whole, Ct));
        Assert.Equal(Rows(3), await ReadAsync(Rows(3)));
        Assert.Null(await ReadAsync(Rows(2)));
    }

    [Fact]
    public async Task Keep_ManyChanges_WritesTheWholeFromTimeToTime()
    {
        await KeepAsync(Rows(0));
        for (var i = 1; i <= 60; i++) await KeepAsync(Rows(i), since: Rows(i - 1));
        Assert.NotEqual(Rows(0), await File.ReadAllBytesAsync(Whole, Ct));
        Assert.Equal(Rows(60), await ReadAsync(Rows(60)));
    }

    [Fact]
    public async Task Keep_ChangeOfWhatWasNotKept_WritesTheWhole()
    {
        await KeepAsync(Rows(0));
        await KeepAsync(Rows(5), since: Rows(4));
        Assert.Equal(Rows(5), await File.ReadAllBytesAsync(Whole, Ct));
        Assert.Equal(Rows(5), await ReadAsync(Rows(5)));
    }

    [Fact]
    public async Task Keep_LargeChangeOrSmallFile_WritesTheWhole()
    {
        await KeepAsync(Rows(0));
        await KeepAsync(Rows(3000), since: Rows(0));
        Assert.Equal(Rows(3000), await File.ReadAllBytesAsync(Whole, Ct));
        await KeepAsync("a\n"u8.ToArray(), since: Rows(3000));
        Assert.Equal("a\n"u8.ToArray(), await ReadAsync("a\n"u8.ToArray()));
        Assert.Equal([Whole], Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(100)]
    public async Task Read_ChangesCutOff_AreUnknownAndTheNextWholeIsNot(int bytes)
    {
        await KeepAsync(Rows(0));
        await KeepAsync(Rows(1), since: Rows(0));
        using (var file = File.OpenWrite(Whole + ".since")) file.SetLength(file.Length - bytes);
        Assert.Null(await ReadAsync(Rows(1)));
        await KeepAsync(Rows(2));
        Assert.Equal(Rows(2), await ReadAsync(Rows(2)));
    }

    [Fact]
    public async Task Forget_RemovesAllOfIt()
    {
        await KeepAsync(Rows(0));
        await _bases.ForgetAsync(1, Map);
        Assert.Empty(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
        Assert.Null(await ReadAsync(Rows(0)));
    }

    private string Whole => Assert.Single(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories), path => !path.EndsWith(".since", StringComparison.Ordinal));

    private Task KeepAsync(byte[] content, byte[]? since = null) =>
        _bases.KeepAsync(1, Map, content, LineDifference.HashOf(content), since is null ? null : (LineDifference.HashOf(since), LineDifference.Between(since, content)), Ct);

    private Task<byte[]?> ReadAsync(byte[] content) => _bases.ReadAsync(1, Map, LineDifference.HashOf(content), Ct);

    // Some 100 kB, sorted.
    private static byte[] Rows(int more) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 2500).Select(i => $"alias{i:00000}@example.test\tuser@example.test\n").Concat(Enumerable.Range(0, more).Select(i => $"more{i:00000}@example.test\tuser@example.test\n")).Order(StringComparer.Ordinal)));
}
