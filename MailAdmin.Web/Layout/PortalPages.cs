using MailAdmin.Core.Administrators;

namespace MailAdmin.Web.Layout;

/// <summary>A page of the portal, as navigation and palette know it.</summary>
/// <param name="Title">Its name.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Icon">Its picture in icons.svg.</param>
/// <param name="Right">What one must be permitted to see it.</param>
public sealed record PortalPage(string Title, string Path, string Icon, Right Right);

/// <summary>The pages in the order of the navigation.</summary>
public static class PortalPages
{
    /// <summary>Groups with their pages; a group without a name stands by itself.</summary>
    public static IReadOnlyList<(string? Name, IReadOnlyList<PortalPage> Pages)> Groups { get; } =
    [
        (null, [new("Overview", "/", "house", Right.ReadAccounts)]),
        ("Accounts",
        [
            new("Domains", "/domains", "globe", Right.ReadAccounts),
            new("Mailboxes", "/mailboxes", "inbox", Right.ReadAccounts),
            new("Aliases", "/aliases", "split", Right.ReadAccounts),
            new("Import and export", "/import", "file-text", Right.Import),
        ]),
        ("Mail flow",
        [
            new("Messages", "/messages", "mail", Right.ReadMail),
            new("Traffic", "/traffic", "chart-column", Right.ReadMail),
            new("Live log", "/log", "scroll-text", Right.ReadMail),
            new("Queue", "/queue", "mails", Right.ReadMail),
        ]),
        ("Server",
        [
            new("Hosts", "/hosts", "server", Right.ReadHosts),
            new("Certificates", "/certificates", "shield", Right.ReadCertificates),
            new("Changes", "/changes", "git-compare", Right.ReadHosts),
        ]),
        ("Health",
        [
            new("Probes", "/probes", "circle-check", Right.ReadProbes),
            new("Round trip", "/round-trip", "send", Right.ReadProbes),
            new("Alerts", "/alerts", "triangle-alert", Right.ReadProbes),
        ]),
        (null, [new("Client setup", "/client-setup", "smartphone", Right.ReadAccounts)]),
        ("People",
        [
            new("Administrators", "/administrators", "users", Right.ManagePeople),
            new("Audit", "/audit", "scroll-text", Right.ReadAudit),
        ]),
        (null, [new("Settings", "/settings", "settings", Right.ReadHosts)]),
    ];

    /// <summary>The groups that a role may see; empty groups are left out.</summary>
    public static IEnumerable<(string? Name, IReadOnlyList<PortalPage> Pages)> For(Role? role)
    {
        if (role is not { } known) yield break;
        var rights = Access.RightsOf(known);
        foreach (var (name, pages) in Groups)
            if (pages.Where(p => rights.Contains(p.Right)).ToList() is { Count: > 0 } seen) yield return (name, seen);
    }
}
