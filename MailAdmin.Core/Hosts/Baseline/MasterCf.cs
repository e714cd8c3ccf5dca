namespace MailAdmin.Core.Hosts.Baseline;

/// <summary>Postfix's master.cf, changed service by service. Foreign lines, and foreign options of our services, stay.</summary>
/// <remarks>Source: master(5).</remarks>
public sealed class MasterCf
{
    private readonly List<(string Raw, bool IsEntry)> _pieces;

    private MasterCf(List<(string Raw, bool IsEntry)> pieces) => _pieces = pieces;

    /// <summary>Reads a file. Never fails.</summary>
    public static MasterCf Parse(ReadOnlySpan<byte> content) => new(PostfixLines.Split(PostfixLines.Decode(content)));

    /// <summary>The file's bytes.</summary>
    public byte[] Print() => PostfixLines.Encode(string.Concat(_pieces.Select(piece => piece.Raw)));

    /// <summary>The services, in the order of the file.</summary>
    public IEnumerable<MasterService> Services => _pieces.Where(piece => piece.IsEntry).Select(piece => MasterService.Parse(piece.Raw)).OfType<MasterService>();

    /// <summary>The first service that matches; null when none does.</summary>
    public MasterService? Find(Func<MasterService, bool> which) => Services.FirstOrDefault(which);

    /// <summary>Puts a service in the place of one; an equal one is not touched.</summary>
    public void Replace(MasterService former, MasterService with)
    {
        if (former.Equals(with)) return;
        var at = _pieces.FindIndex(piece => piece.IsEntry && former.Equals(MasterService.Parse(piece.Raw)));
        if (at < 0) throw new ArgumentException($"{former.Name} {former.Type} is not in this file.", nameof(former));
        _pieces[at] = (with.Print(), true);
    }

    /// <summary>Adds a service at the end.</summary>
    public void Add(MasterService service)
    {
        if (_pieces.Count > 0 && !_pieces[^1].Raw.EndsWith('\n')) _pieces[^1] = (_pieces[^1].Raw + "\n", _pieces[^1].IsEntry);
        _pieces.Add((service.Print(), true));
    }
}
