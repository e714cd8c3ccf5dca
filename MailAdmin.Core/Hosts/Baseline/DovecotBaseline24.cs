namespace MailAdmin.Core.Hosts.Baseline;

/// <summary>The baseline for Dovecot 2.4.</summary>
public static class DovecotBaseline24
{
    /// <summary>The file's text.</summary>
    public static string Render(Host host, BaselineDetails details) => $"{BaselineLayout.Header} {host.Name} {details.QueueDirectory}\n";
}
