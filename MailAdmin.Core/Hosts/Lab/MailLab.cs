using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Provisioning.Applying;

namespace MailAdmin.Core.Hosts.Lab;

/// <summary>A private mail host: a complete Postfix and Dovecot in a folder, on loopback, beside the machine's own. Needs root.</summary>
/// <remarks>Its configuration is the product's own baseline over a small seed, so that a trial, a test and a real host are one thing.</remarks>
public sealed class MailLab(IMailHosts hosts, HostInspector inspector, HostBaseline baseline)
{
    // A unix socket's name ends at 107 characters; the longest below the root has some 40.
    private const int LongestRoot = 62;
    private const string Elsewhere = "/var/lib/mailadmin-labs";

    private const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Makes the host when the folder has none, and starts what does not run. Returns when all four ports answer as they should.</summary>
    /// <param name="directory">Its folder; made when missing.</param>
    /// <param name="domain">The domain it is made for, such as <c>example.test</c>; null means the one it has, or <c>example.test</c>.</param>
    /// <param name="ports">Its ports; null means those it has, or 10025, 10587, 10465, 10993 when all are free, or free ones.</param>
    /// <exception cref="MailLabException">It cannot be made or started here; the message says why and what to do.</exception>
    /// <exception cref="HostException">A file or program failed.</exception>
    public async Task<MailLabStatus> StartAsync(string directory, string? domain, HostPorts? ports, CancellationToken ct)
    {
        if (!Posix.IsRoot) throw new MailLabException("Postfix and Dovecot start as root only. Run this as root.");
        directory = Normal(directory);
        var lab = await ReadAsync(directory, ct);
        if (lab is null)
        {
            lab = Make(directory, domain ?? "example.test", ports);
            await hosts.Reach(lab.ToHost()).WriteAsync([new HostFileWrite(MailLabFile.PathIn(directory), lab.Print(), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead)], ct);
        }
        else if (domain is not null && domain != lab.Domain || ports is not null && ports != lab.Ports)
        {
            throw new MailLabException($"The private host in {directory} is for {lab.Domain} on ports {lab.Ports.Smtp}, {lab.Ports.Submission}, {lab.Ports.Submissions}, {lab.Ports.Imaps}. Choose another folder, or leave domain and ports out.");
        }

        var host = lab.ToHost();
        var reach = hosts.Reach(host);
        await SeedAsync(reach, lab, ct);
        if (await new Daemons(reach, host).RunningAsync(ct) == default && MailLabPorts.FirstTaken(lab.Ports) is { } taken)
            throw new MailLabException($"Port {taken} is used by another program. Stop that, or make the private host in another folder with --ports.");
        var served = await baseline.ApplyAsync(host, ct);
        return served.State == ServedState.Live
            ? MailLabStatus.Of(lab, running: true)
            : throw new MailLabException($"The private host in {directory} did not start: {served.Sentence} Its log is {host.LogSources[0]}.");
    }

    /// <summary>Stops both daemons; nothing happens when they do not run. Mail, accounts and queue stay.</summary>
    /// <exception cref="MailLabException">There is no private host in this folder.</exception>
    public async Task StopAsync(string directory, CancellationToken ct)
    {
        var host = (await MustReadAsync(directory, ct)).ToHost();
        await new Daemons(hosts.Reach(host), host).StopAsync(ct);
    }

    /// <summary>What it is, where its parts lie, and whether it runs.</summary>
    /// <exception cref="MailLabException">There is no private host in this folder.</exception>
    public async Task<MailLabStatus> StatusAsync(string directory, CancellationToken ct)
    {
        var lab = await MustReadAsync(directory, ct);
        var host = lab.ToHost();
        return MailLabStatus.Of(lab, await IsRunningAsync(hosts.Reach(host), host, ct));
    }

    /// <summary>The private host as a host, to be registered; with what its daemons can do, once it was started.</summary>
    /// <exception cref="MailLabException">There is no private host in this folder.</exception>
    public async Task<Host> HostAsync(string directory, CancellationToken ct)
    {
        var host = (await MustReadAsync(directory, ct)).ToHost();
        if (await hosts.Reach(host).ReadAsync(BaselineLayout.MainCf(host), ct) is not null) host.Capabilities = await inspector.InspectAsync(host, ct);
        return host;
    }

    private static MailLabFile Make(string directory, string domain, HostPorts? ports)
    {
        // The name goes into configuration files: only what a name can be.
        if (domain.Length is 0 or > 240 || !domain.Split('.').All(label => label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && label[0] != '-' && label[^1] != '-'))
            throw new MailLabException($"'{domain}' is not a domain name in lower case, such as example.test.");
        if (ports is not null && MailLabPorts.Wrong(ports) is { } wrong) throw new MailLabException(wrong);

        var note = directory.Length > LongestRoot ? $"{directory} is longer than the {LongestRoot} characters that leave room for socket names"
            : directory.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.')) ? $"{directory} holds characters that have a meaning in configuration files"
            : ClosedFolder(directory) is { } closed ? $"{closed} is closed to the users that the daemons run as"
            : null;
        var root = note is null ? directory : $"{Elsewhere}/{Guid.NewGuid().ToString("N")[..8]}";
        return new MailLabFile(domain, ports ?? MailLabPorts.Choose(), root, note is null ? null : $"Its parts lie in {root}, because {note}.");
    }

    // Postfix, Dovecot and the mail user must be able to pass through every folder above the root.
    private static string? ClosedFolder(string directory)
    {
        for (var folder = directory; folder is not null and not "/"; folder = Path.GetDirectoryName(folder))
            if (Directory.Exists(folder) && !File.GetUnixFileMode(folder).HasFlag(UnixFileMode.OtherExecute)) return folder;
        return null;
    }

    private static async Task SeedAsync(IMailHost reach, MailLabFile lab, CancellationToken ct)
    {
        var host = lab.ToHost();
        await reach.EnsureDirectoryAsync(lab.Root, Folder, "root", "root", ct);
        await reach.EnsureDirectoryAsync($"{lab.Root}/spool", Folder, "root", "root", ct);
        await reach.EnsureDirectoryAsync($"{lab.Root}/log", Folder, "root", "root", ct);
        await reach.EnsureDirectoryAsync($"{lab.Root}/run", Folder, "root", "root", ct);
        await reach.EnsureDirectoryAsync($"{lab.Root}/lib", Folder, "root", "root", ct);
        await reach.EnsureDirectoryAsync($"{lab.Root}/lib/dovecot", Folder, "root", "root", ct);
        await reach.EnsureDirectoryAsync($"{lab.Root}/lib/postfix", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, "postfix", "postfix", ct);
        if (await reach.ReadAsync(BaselineLayout.MainCf(host), ct) is not null) return;
        var version = await reach.RunAsync(["dovecot", "--version"], ct: ct);
        await reach.WriteAsync(MailLabSeed.Files(lab, DovecotDialects.Of(version.Output)), ct);
    }

    private static async Task<bool> IsRunningAsync(IMailHost reach, Host host, CancellationToken ct) =>
        await reach.ReadAsync(BaselineLayout.MainCf(host), ct) is not null && await new Daemons(reach, host).RunningAsync(ct) == RunningDaemons.Both;

    private async Task<MailLabFile> MustReadAsync(string directory, CancellationToken ct) =>
        await ReadAsync(Normal(directory), ct) ?? throw new MailLabException($"There is no private host in {Normal(directory)}. Make one with: mailadmin lab start {Normal(directory)}");

    private async Task<MailLabFile?> ReadAsync(string directory, CancellationToken ct) =>
        await hosts.Reach(new Host { Kind = HostKind.Lab, ManagedDirectory = directory }).ReadAsync(MailLabFile.PathIn(directory), ct) is { } file ? MailLabFile.Read(file) : null;

    private static string Normal(string directory) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
}
