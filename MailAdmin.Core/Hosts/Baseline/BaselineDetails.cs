namespace MailAdmin.Core.Hosts.Baseline;

/// <summary>What the Dovecot baseline has to know besides the host itself.</summary>
/// <param name="QueueDirectory">Postfix's queue directory, where the sockets between the two daemons lie.</param>
/// <param name="HasSieve">True when the Sieve plugin is installed.</param>
/// <param name="ManageSieve">True when ManageSieve was on before; it stays on.</param>
public sealed record BaselineDetails(string QueueDirectory, bool HasSieve, bool ManageSieve);
