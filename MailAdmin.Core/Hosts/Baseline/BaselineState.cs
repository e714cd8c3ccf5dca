using System.Text;
using MailAdmin.Core.Provisioning.Planning;

namespace MailAdmin.Core.Hosts.Baseline;

/// <summary>What the baseline finds on a host, and what it wants to change there.</summary>
internal sealed class BaselineState
{
    private const UnixFileMode Public = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private BaselineState(HostCapabilities capabilities) => Capabilities = capabilities;

    public HostCapabilities Capabilities { get; }

    /// <summary>The daemons' files, unchanged ones left out.</summary>
    public List<BaselineChange> Configuration { get; } = [];

    /// <summary>Map sources that have to be made, so that Postfix can start.</summary>
    public List<string> MissingSources { get; } = [];

    /// <summary>Map sources that have to be compiled.</summary>
    public List<string> Uncompiled { get; } = [];

    public bool NeedsCertificate { get; private set; }

    public bool NeedsMailUser { get; private set; }

    /// <summary>True when a port is opened, closed or moved: daemons then need a restart.</summary>
    public bool ListenersChange { get; private set; }

    /// <summary>What the keys said before; null values were not set.</summary>
    public Dictionary<string, string?> FormerKeys { get; } = new(StringComparer.Ordinal);

    public bool IsEmpty => Configuration.Count == 0 && MissingSources.Count == 0 && Uncompiled.Count == 0 && !NeedsCertificate && !NeedsMailUser;

    public static async Task<BaselineState> ReadAsync(IMailHost reach, Host host, HostCapabilities capabilities, CancellationToken ct)
    {
        var state = new BaselineState(capabilities);
        await state.ReadPostfixAsync(reach, host, ct);
        await state.ReadDovecotAsync(reach, host, ct);

        var type = MapType.Best(capabilities);
        foreach (var source in BaselineLayout.Maps.Select(map => BaselineLayout.Map(host, map)))
        {
            if (await reach.ReadAsync(source, ct) is null) state.MissingSources.Add(source);
            if (await reach.ReadAsync(source + type.Suffix, ct) is null) state.Uncompiled.Add(source);
        }
        state.NeedsCertificate = await reach.ReadAsync(BaselineLayout.Certificate(host), ct) is null;
        state.NeedsMailUser = !HasUser(await reach.ReadAsync("/etc/passwd", ct), host.MailUser);
        return state;
    }

    public IEnumerable<PlanStep> Steps(Host host)
    {
        if (NeedsMailUser)
            yield return new PlanStep(PlanStepKind.Act, $"Add the system user {host.MailUser}, without login, as the owner of all mail.", "", null, null);
        if (NeedsCertificate)
            yield return new PlanStep(PlanStepKind.Create, $"Make a self-signed certificate for {host.Name}, which stands in until there is one from an authority.", BaselineLayout.Certificate(host), null, "(private key and certificate)");
        foreach (var source in MissingSources)
            yield return new PlanStep(PlanStepKind.Create, $"Make the empty map {Path.GetFileName(source)}, which the accounts will fill.", source, null, BaselineLayout.EmptyFile);
        foreach (var source in Uncompiled.Except(MissingSources))
            yield return new PlanStep(PlanStepKind.Act, $"Compile the map {Path.GetFileName(source)} as {MapType.Best(Capabilities).Name}.", source, null, null);
        foreach (var change in Configuration) yield return change.Step();
    }

    private async Task ReadPostfixAsync(IMailHost reach, Host host, CancellationToken ct)
    {
        var mainFile = await reach.ReadAsync(BaselineLayout.MainCf(host), ct)
            ?? throw new HostFileException(BaselineLayout.MainCf(host), $"{BaselineLayout.MainCf(host)} is not there. Install Postfix, or give the right folder.");
        var former = Baseline.MainCf.Parse(mainFile.Content.Span);
        var main = Baseline.MainCf.Parse(mainFile.Content.Span);
        PostfixBaseline.Edit(main, host, Capabilities);
        foreach (var key in main.KeysThatDifferFrom(former)) FormerKeys[key] = former.GetRaw(key);
        Add("Set Postfix's main.cf to virtual domains, TLS 1.2, the sender check and no relaying without a login.", mainFile, main.Print());

        var masterFile = await reach.ReadAsync(BaselineLayout.MasterCf(host), ct)
            ?? throw new HostFileException(BaselineLayout.MasterCf(host), $"{BaselineLayout.MasterCf(host)} is not there. Install Postfix, or give the right folder.");
        var master = Baseline.MasterCf.Parse(masterFile.Content.Span);
        var ports = master.Services.Select(service => service.Port).ToList();
        PostfixBaseline.Edit(master, host);
        ListenersChange = !ports.SequenceEqual(master.Services.Select(service => service.Port));
        Add("Open submission with STARTTLS and with implicit TLS in Postfix's master.cf.", masterFile, master.Print());
    }

    private async Task ReadDovecotAsync(IMailHost reach, Host host, CancellationToken ct)
    {
        var mainFile = await reach.ReadAsync(host.DovecotConfiguration, ct)
            ?? throw new HostFileException(host.DovecotConfiguration, $"{host.DovecotConfiguration} is not there. Install Dovecot, or give the right file.");
        var include = BaselineLayout.DovecotInclude(host);
        var files = await reach.ListAsync(Path.GetDirectoryName(include)!, ct);
        foreach (var path in files.Select(file => file.Path).Where(path => path != include && path.EndsWith(".conf", StringComparison.Ordinal)))
        {
            var file = await reach.ReadAsync(path, ct);
            if (file is not null) Add("Take system users out of Dovecot: only mailboxes log in. The former line stays as a comment.", file, DovecotIncludes.WithoutSystemUsers(file.Content.Span));
        }
        Add("Take system users out of Dovecot: only mailboxes log in. The former line stays as a comment.", mainFile, DovecotIncludes.WithoutSystemUsers(mainFile.Content.Span));

        var details = new BaselineDetails(
            await AskAsync(reach, ["postconf", "-c", host.PostfixDirectory, "-x", "-h", "queue_directory"], ct),
            (await reach.ListAsync(await AskAsync(reach, ["doveconf", "-c", host.DovecotConfiguration, "-h", "mail_plugin_dir"], ct), ct)).Any(file => Path.GetFileName(file.Path) == "lib90_sieve_plugin.so"),
            host.Kind == HostKind.Local && (await AskAsync(reach, ["doveconf", "-c", host.DovecotConfiguration, "-h", "protocols"], ct)).Split(' ').Contains("sieve"));
        var text = DovecotDialects.Of(Capabilities) switch
        {
            DovecotDialect.V23 => DovecotBaseline23.Render(host, details),
            DovecotDialect.V24 => DovecotBaseline24.Render(host, details),
        };
        var before = await reach.ReadAsync(include, ct);
        var change = new BaselineChange("Set Dovecot to IMAP with TLS only, mailboxes from MailAdmin's files, delivery by LMTP and quotas.", before, new HostFileWrite(include, Encoding.UTF8.GetBytes(text), Public));
        if (!change.IsNeeded) return;
        ListenersChange |= before is null || !Ports(before).SequenceEqual(Ports(text));
        Configuration.Add(change);
    }

    private void Add(string sentence, HostFile file, byte[] after)
    {
        var change = new BaselineChange(sentence, file, new HostFileWrite(file.Info.Path, after, file.Info.Mode, file.Info.Owner, file.Info.Group));
        if (change.IsNeeded) Configuration.Add(change);
    }

    private static IEnumerable<string> Ports(HostFile file) => Ports(PostfixLines.Decode(file.Content.Span));

    private static IEnumerable<string> Ports(string text) => text.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("port =", StringComparison.Ordinal) || line.StartsWith("protocols", StringComparison.Ordinal) || line.Contains("_listener ", StringComparison.Ordinal));

    private static bool HasUser(HostFile? passwd, string name) =>
        passwd is not null && PostfixLines.Decode(passwd.Content.Span).Split('\n').Any(line => line.StartsWith(name + ":", StringComparison.Ordinal));

    private static async Task<string> AskAsync(IMailHost reach, string[] command, CancellationToken ct)
    {
        var result = await reach.RunAsync(command, ct: ct);
        return result.Succeeded ? result.Output.Trim() : throw new HostCommandException(command, $"{string.Join(' ', command)} failed: {result.Error.Trim()}", result);
    }
}
