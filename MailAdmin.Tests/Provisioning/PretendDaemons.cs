using System.Text;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Tests.Fakes;

namespace MailAdmin.Tests.Provisioning;

/// <summary>Postfix's and Dovecot's answers, made from the files of a host in memory as the real ones make them from the disk.</summary>
internal sealed class PretendDaemons : IRecipientProbe
{
    private readonly Lock _gate = new();

    public PretendDaemons(FakeMailHost host)
    {
        Host = host;
        host.Answer = (command, input) =>
        {
            lock (_gate) return Answer(command, input);
        };
    }

    public FakeMailHost Host { get; }

    /// <summary>Fails the program whose command line holds this text.</summary>
    public string? Fails { get; set; }

    /// <summary>What postmap answers of a table's rows, changed.</summary>
    public Func<string, string> Compiled { get; set; } = text => text;

    /// <summary>Users with an open session.</summary>
    public List<string> Connected { get; } = [];

    public List<string> Kicked { get; } = [];

    public Task<RecipientReply> AskAsync(Host host, string address, CancellationToken ct)
    {
        string? Ask(string map, string key) => Rows(Host.Bytes($"{host.ManagedDirectory}/postfix/{map}.cdb")).GetValueOrDefault(key);
        var domain = address[(address.IndexOf('@') + 1)..];
        var reply = Ask("recipient_access", address) is { } refused ? new RecipientReply(554, "554 " + refused)
            : (Ask("virtual_alias_maps", address) ?? Ask("virtual_alias_maps", "@" + domain) ?? Ask("virtual_mailbox_maps", address)) is not null ? new RecipientReply(250, "250 Ok")
            : new RecipientReply(550, "550 5.1.1 User unknown");
        return Task.FromResult(reply);
    }

    private CommandResult? Answer(IReadOnlyList<string> command, string input)
    {
        if (Fails is { } fails && string.Join(' ', command).Contains(fails, StringComparison.Ordinal)) return new CommandResult(1, "", "fatal: it was made to fail");
        switch (command.ToArray())
        {
            case ["postmap", "-c", _, "-q", "-", var table]:
                var rows = Rows(Host.Bytes(Path(table) + ".cdb"));
                return new CommandResult(0, Compiled(string.Concat(input.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(rows.ContainsKey).Select(key => $"{key}\t{rows[key]}\n"))), "");
            case ["postmap", "-c", _, var table]:
                Host.With(Path(table) + ".cdb", CdbText.Compile(Host.Text(Path(table))!));
                return null;
            case ["doveadm", "-c", _, "user", "-u", .. var users]:
                var output = new StringBuilder();
                var unknown = false;
                foreach (var user in users)
                {
                    var file = Host.Files.Keys.SingleOrDefault(path => path.EndsWith("/passwd/" + user[(user.IndexOf('@') + 1)..], StringComparison.Ordinal));
                    var row = (file is null ? "" : Host.Text(file)!).Split('\n').FirstOrDefault(line => line.StartsWith(user + ":", StringComparison.Ordinal));
                    unknown |= row is null;
                    if (row is not null) output.Append($"userdb: {user}\n  home      : /mail\n  mailadmin : {row[(row.LastIndexOf('=') + 1)..]}\n\n");
                }
                return new CommandResult(unknown ? 67 : 0, output.ToString(), "");
            case ["doveadm", "-c", _, "who", "-1"]:
                return new CommandResult(0, "username proto pid ip\n" + string.Concat(Connected.Select(user => $"{user} imap 1 127.0.0.1\n")), "");
            case ["doveadm", "-c", _, "kick", var kicked]:
                Kicked.Add(kicked);
                return new CommandResult(0, "kicked connections from the following users:", "");
            default:
                return null;
        }
    }

    private static string Path(string table) => table[(table.IndexOf(':') + 1)..];

    private static Dictionary<string, string> Rows(byte[]? table) => table is null ? [] : CdbText.Rows(table).ToDictionary(row => row.Key, row => row.Value);
}
