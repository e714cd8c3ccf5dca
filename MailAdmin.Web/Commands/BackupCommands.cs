using System.CommandLine;
using MailAdmin.Core;
using MailAdmin.Core.Data;

namespace MailAdmin.Web.Commands;

/// <summary>Backup and restore of the portal's database.</summary>
internal static class BackupCommands
{
    private static readonly Argument<string> File = Values.Word("file", "The backup file.");
    private static readonly Option<bool> PassphraseStdin = new("--passphrase-stdin") { Description = "Read the passphrase from the first line of standard input." };
    private static readonly Option<string?> KeyFile = Values.Text("--key-file", "FILE", "Key file of at least 32 random bytes, instead of a passphrase. Keep it elsewhere than the backups.");

    public static IEnumerable<Command> Make() =>
    [
        Verb.Of("backup", "Writes everything MailAdmin knows to one encrypted file, while the portal runs. The mail itself is not in it.", "mailadmin backup /root/mailadmin.backup --key-file /root/backup.key", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var path = Path.GetFullPath(session.Parsed.GetValue(File)!);
            return session.Show(await session.Get<Backups>().BackUpAsync(path, await KeyAsync(session, ct), session.Actor, ct), bytes => new { file = path, bytes }, (bytes, to) => to.WriteLine($"Wrote {new SizeText(bytes)} to {path}."));
        }, File, PassphraseStdin, KeyFile),
        Verb.Of("restore", "Checks a backup completely, keeps the present database aside, and puts the backup in its place. Afterwards look at the plan: hosts are not touched.", "mailadmin restore /root/mailadmin.backup --key-file /root/backup.key", async (session, ct) =>
        {
            // Not prepared first: the present database may be the damaged one.
            var path = Path.GetFullPath(session.Parsed.GetValue(File)!);
            var outcome = await session.Get<Backups>().RestoreAsync(path, await KeyAsync(session, ct), session.Actor, ct);
            await session.PrepareAsync(ct);
            return session.Show(outcome, kept => new { restored = path, formerDatabase = kept }, (kept, to) =>
            {
                to.WriteLine($"Restored {path}.{(kept is null ? "" : $" The former database is kept as {kept}.")}");
                to.WriteLine("Administrators and tokens are as they were then. Now look at what differs on the hosts: mailadmin plan");
            });
        }, File, PassphraseStdin, KeyFile),
    ];

    private static async Task<BackupKey> KeyAsync(Session session, CancellationToken ct)
    {
        var keyFile = session.Parsed.GetValue(KeyFile);
        if (keyFile is not null && session.Parsed.GetValue(PassphraseStdin)) throw new UsageException("--key-file", keyFile, "Both a passphrase and a key file were given.", "Give one of them.");
        if (keyFile is not null) return BackupKey.OfFile(await System.IO.File.ReadAllBytesAsync(keyFile, ct));
        if (!session.Parsed.GetValue(PassphraseStdin) && !session.Terminal.IsInteractive) throw new UsageException("--passphrase-stdin", null, "Neither a passphrase nor a key file was given.", "Send a passphrase by standard input with --passphrase-stdin, or name a --key-file.");
        return BackupKey.OfPassphrase(await session.SecretAsync("Passphrase", PassphraseStdin.Name, ct));
    }
}
