using System.Diagnostics;
using System.Text;
using CsCheck;
using MailAdmin.Core.Provisioning.Applying;

namespace MailAdmin.Tests.Provisioning;

/// <summary>What is made, and what is accepted, as the compiled form of a source.</summary>
public sealed class CdbTableTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static readonly Gen<string> Source = Gen.Select(Gen.Int[0, 999], Gen.String[Gen.Char["abc /.@"], 1, 9]).Array[0, 60]
        .Select(rows => string.Concat(rows.DistinctBy(r => r.Item1).Select(r => $"user{r.Item1}@example.test\t{r.Item2}\n")));

    [Fact]
    public void Fault_WholeTable_None() => Source.Sample(source => CdbTable.Fault(CdbText.Compile(source), Encoding.ASCII.GetBytes(source)) is null);

    [Fact]
    public void Fault_AnyByteOfARecordOrAPlaceOther_IsFound() => Gen.Select(Source.Where(s => s.Length > 0), Gen.Int[0, int.MaxValue], Gen.Byte[1, 255]).Sample((source, where, by) =>
    {
        var table = CdbText.Compile(source);
        // All but the hashes of empty slots means something.
        var end = Enumerable.Range(0, 256).Min(t => BitConverter.ToInt32(table, 8 * t));
        var at = 2048 + where % (end - 2048);
        table[at] ^= by;
        return CdbTable.Fault(table, Encoding.ASCII.GetBytes(source)) is not null;
    });

    [Theory]
    [InlineData("a@x.test\t1\nb@x.test\t2\n", "a@x.test\t1\n")]
    [InlineData("a@x.test\t1\n", "a@x.test\t1\nb@x.test\t2\n")]
    [InlineData("a@x.test\t1\n", "a@x.test\t2\n")]
    [InlineData("", "a@x.test\t1\n")]
    [InlineData("a@x.test\t1\n", "")]
    public void Fault_OtherRows_IsFound(string source, string compiled) => Assert.NotNull(CdbTable.Fault(CdbText.Compile(compiled), Encoding.ASCII.GetBytes(source)));

    [Fact]
    public void Fault_NoHashTables_IsFound()
    {
        var table = CdbText.Compile("a@x.test\t1\n");
        for (var t = 0; t < 256; t++) table[8 * t + 4] = 0;
        Assert.Equal("row 1 is not found by its key", CdbTable.Fault(table, "a@x.test\t1\n"u8));
        Assert.NotNull(CdbTable.Fault(table.AsSpan(0, 100), "a@x.test\t1\n"u8));
        Assert.NotNull(CdbTable.Fault(default, default));
    }

    [Fact]
    public void Compile_AnySource_AsAnotherCompilerWould() => Source.Sample(source => CdbWriter.Compile(Encoding.ASCII.GetBytes(source)).AsSpan().SequenceEqual(CdbText.Compile(source)));

    [Theory]
    [InlineData("a@x.test\t1\nb@x.test")]
    [InlineData("a@x.test 1\n")]
    [InlineData("a@x.test\t\n")]
    [InlineData("\t1\n")]
    [InlineData("\n")]
    public void Compile_RowThatPostmapWouldReadOtherwise_IsRefused(string source) => Assert.Throws<InvalidDataException>(() => CdbWriter.Compile(Encoding.ASCII.GetBytes(source)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300)]
    [InlineData(5000)]
    public async Task Compile_SameBytesAsPostmap(int rows)
    {
        var folder = Directory.CreateTempSubdirectory("ma-cdb-").FullName;
        try
        {
            var source = string.Concat(Enumerable.Range(0, rows).Select(i => $"user{i}@d{i % 50}.test\td{i % 50}.test/user{i}/, and more {i}\n"));
            await File.WriteAllTextAsync($"{folder}/main.cf", "", Ct);
            await File.WriteAllTextAsync($"{folder}/map", "# A header\n" + source, Ct);
            using var postmap = Process.Start(new ProcessStartInfo("postmap", ["-c", folder, $"cdb:{folder}/map"]))!;
            await postmap.WaitForExitAsync(Ct);
            Assert.Equal(0, postmap.ExitCode);
            var made = await File.ReadAllBytesAsync($"{folder}/map.cdb", Ct);
            Assert.Null(CdbTable.Fault(made, Encoding.ASCII.GetBytes(source)));
            Assert.Equal(rows, CdbText.Rows(made).Count);
            Assert.Equal(made, CdbWriter.Compile(Encoding.ASCII.GetBytes(source)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
