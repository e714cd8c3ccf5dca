using System.Net;

namespace MailAdmin.Core.Hosts;

/// <summary>What the fields of a host must look like: they go into configuration files and arguments.</summary>
internal static class HostForm
{
    public static IReadOnlyList<Refusal> Refuse(Host host)
    {
        var reasons = new List<Refusal>();
        if (!IsName(host.Name)) reasons.Add(new Malformed("name", host.Name, $"'{host.Name}' is not a host name.", "Give a fully qualified name in lower case, such as mail.example.test."));
        if (!IPAddress.TryParse(host.Address, out _)) reasons.Add(new Malformed("address", host.Address, $"'{host.Address}' is not an IP address.", "Give the address at which its ports answer, such as 127.0.0.1."));
        if (!IsName(host.MailUser, dots: false)) reasons.Add(new Malformed("mailUser", host.MailUser, $"'{host.MailUser}' is not a system user name.", "Give a name of lower-case letters and digits, such as vmail."));
        foreach (var (field, port) in ((string, int)[])[("ports.smtp", host.Ports.Smtp), ("ports.submission", host.Ports.Submission), ("ports.submissions", host.Ports.Submissions), ("ports.imaps", host.Ports.Imaps)])
            if (port is < 0 or > 65535) reasons.Add(new Malformed(field, $"{port}", $"{port} is not a TCP port.", "Give 1 to 65535, or 0 for a service that is off."));
        foreach (var (field, path) in ((string, string)[])[("postfixDirectory", host.PostfixDirectory), ("dovecotConfiguration", host.DovecotConfiguration), ("managedDirectory", host.ManagedDirectory), ("mailRoot", host.MailRoot), .. host.LogSources.Select((path, i) => ($"logSources[{i}]", path)).Where(log => log.path != "journal")])
            if (!IsPath(path)) reasons.Add(new Malformed(field, path, $"'{path}' is not a path that configuration files can hold.", "Give an absolute path of letters, digits, '-', '_', '.' and '/'."));
        if (host.PostmasterAddress is { } postmaster && !Addresses.Address.TryParse(postmaster, out _, out var why)) reasons.Add(why.At("postmasterAddress", postmaster));
        return reasons;
    }

    // No blanks, quotes, '$', '%', '#' or ':': each means something in a file of Postfix or Dovecot.
    private static bool IsPath(string path)
    {
        try
        {
            return HostPath.Require(path).All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.' or '+' or '@');
        }
        catch (HostFileException)
        {
            return false;
        }
    }

    private static bool IsName(string name, bool dots = true) =>
        name.Length is > 0 and <= 253
        && name.Split('.') is var labels && (dots ? labels.Length > 1 : labels.Length == 1)
        && labels.All(label => label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'));
}
