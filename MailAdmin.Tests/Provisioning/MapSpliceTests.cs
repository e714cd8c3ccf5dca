using System.Text;
using CsCheck;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Core.Provisioning.Rendering;

namespace MailAdmin.Tests.Provisioning;

/// <summary>Splicing the rows of some domains into a map gives what rendering all of it gives, and the difference is the true one.</summary>
public sealed class MapSpliceTests
{
    private static readonly Gen<HashSet<string>> Map = Gen.Select(Gen.Int[0, 20], Gen.Int[0, 6], Gen.Int[0, 2])
        .Select((user, domain, value) => $"{(user == 0 ? "" : $"user{user}")}@d{domain}.test\tvalue{value}").Array[0, 40].Select(rows => rows.DistinctBy(row => row.Split('\t')[0]).ToHashSet());

    [Fact]
    public void Apply_IsWhatRenderingAllGives() => Gen.Select(Map, Map, Gen.Int[0, 6].HashSet[0, 4]).Sample((before, other, numbers) =>
    {
        var names = numbers.Select(n => $"d{n}.test").ToHashSet(StringComparer.Ordinal);
        bool IsOf(string row) => names.Contains(row[(row.IndexOf('@') + 1)..row.IndexOf('\t')]);
        var after = before.Where(row => !IsOf(row)).Concat(other.Where(IsOf)).ToHashSet();

        var present = Content(before);
        var (file, difference) = MapSplice.Apply(new HostFile(present, new HostFileInfo("/m", present.Length, default, "root", "root", default)), Rendered(other.Where(IsOf)), names, before.Count);
        Assert.Equal(Text(Content(after)), Text(file.Content));
        Assert.Equal(after.Count, file.Entries);
        Assert.Equal(Text(present), Text(difference.Backward(file.Content)));
        Assert.Equal(Text(LineDifference.Between(present, file.Content).Pack()), Text(difference.Pack()));
        Assert.Equal(before.SetEquals(after), difference.IsEmpty);
    });

    private static RenderedFile Rendered(IEnumerable<string> rows) => new("/m", RenderedKind.PostfixMap, Content(rows), default, "root", "root", rows.Count());

    private static byte[] Content(IEnumerable<string> rows) => Encoding.ASCII.GetBytes(Lines.Header + string.Concat(rows.Order(StringComparer.Ordinal).Select(row => row + "\n")));

    private static string Text(ReadOnlyMemory<byte> content) => Encoding.Latin1.GetString(content.Span);
}
