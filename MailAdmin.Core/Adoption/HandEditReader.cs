using System.Text;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Core.Provisioning.Rendering;
using MailAdmin.Core.Transfer;

namespace MailAdmin.Core.Adoption;

/// <summary>Says what each hand edit of a file means in the database, or why it means nothing there. Pure.</summary>
/// <param name="aliases">Addresses of the live aliases that stand in the database themselves; other rows of the alias map follow from other records.</param>
/// <param name="trashUntil">Until when what was taken away lies in trash.</param>
internal sealed class HandEditReader(Host host, IReadOnlySet<string> aliases, DateTimeOffset trashUntil)
{
    private const string ByHand = "Replace the edit, and make the change in MailAdmin.";

    /// <summary>The open edits of a file.</summary>
    public IEnumerable<HandEdit> Of(HandEditedFile file)
    {
        var name = Path.GetFileName(file.Path);
        foreach (var row in file.Open())
        {
            var (sentence, import, whyNot) = file.Kind == RenderedKind.PasswdFile ? Passwd(name, row) : Map(name, row);
            if (import?.Problem is { } problem) (import, whyNot) = (null, $"{problem.Sentence} {problem.NextStep}");
            yield return new HandEdit($"{Place(file, name)}:{row.Key}", file.Path, row.Key, row.Kind, sentence, whyNot) { Before = Shown(file, row.Key, row.Was), After = Shown(file, row.Key, row.Is), Row = whyNot is null ? import : null };
        }
        foreach (var remark in file.Remarks)
            yield return new HandEdit($"{Place(file, name)}:", file.Path, "", HandEditKind.Other, $"{name} has a line that is no row.", "Comments cannot be kept: the file is written anew. Put the words into a note or comment in MailAdmin, and replace the edit.") { After = ShownLine.Of(remark, file.Kind) };
    }

    private (string, ImportRow?, string?) Passwd(string domain, HandEditedRow row)
    {
        if (!row.Key.EndsWith("@" + domain, StringComparison.Ordinal)) return ($"{row.Key} stands among the users of {domain}.", null, $"It is no user of {domain}. {ByHand}");
        if (row.Is is not { } value) return ($"Move the mailbox {row.Key} to trash.", InTrash(ImportKind.Mailbox, row.Key), null);
        var read = PasswdRow.Read(row.Key, value, domain);
        if (row.Was is { } before && PasswdRow.Means(row.Key, before) is { } former)
        {
            // What a changed row does not say any more is taken away as well.
            if (former.IsLocked && read.State is null) read = read with { State = "active" };
            if (former.Quota is not null && read.Quota is null) read = read with { Quota = "default" };
        }
        var whyNot = read.PasswordHash is { } hash && !HashText.TryParse(hash, out _, out var objection) ? $"{objection.Sentence} {objection.NextStep}" : null;
        return (row.Was is null ? $"Add the mailbox {row.Key}{(read.PasswordHash is null ? ", without a password" : " with its password")}." : $"Change the mailbox {row.Key} to what its row says.", read, whyNot);
    }

    private (string, ImportRow?, string?) Map(string map, HandEditedRow row) => map switch
    {
        VirtualAliasMaps.Name => Alias(row),
        VirtualMailboxDomains.Name => Domain(row),
        VirtualMailboxMaps.Name => Mailbox(row),
        SenderLoginMaps.Name => Sender(row),
        RecipientAccess.Name => ($"The refused recipient {row.Key} was edited.", null, $"Who is refused follows from the states of mailboxes and aliases. {ByHand}"),
        _ => ($"{row.Key} was edited.", null, ByHand),
    };

    private (string, ImportRow?, string?) Alias(HandEditedRow row)
    {
        if (row.Is is { } value)
        {
            using var text = new MemoryStream(Encoding.UTF8.GetBytes($"{row.Key} {value}\n"));
            return ($"{(row.Was is null ? "Add" : "Change")} the alias {row.Key}, which leads to {string.Join(", ", HandEditedFile.Words(value))}.", PostfixVirtual.Read(text).SingleOrDefault(), null);
        }
        return aliases.Contains(row.Key)
            ? ($"Move the alias {row.Key} to trash.", InTrash(ImportKind.Alias, row.Key), null)
            : ($"The row of {row.Key} was taken away.", null, $"It follows from other records: a catch-all, an alias domain or the host's postmaster. {ByHand}");
    }

    private static (string, ImportRow?, string?) Domain(HandEditedRow row) =>
        row.Is is null ? ($"The domain {row.Key} was taken away.", null, $"Taking a domain away takes all in it. {ByHand}")
        : row.Is == VirtualMailboxDomains.AliasDomain ? ($"The alias domain {row.Key} was added.", null, $"The row does not say which domain it stands for. {ByHand}")
        : ($"Add the domain {row.Key}.", new ImportRow(0, ImportKind.Domain, row.Key), null);

    private static (string, ImportRow?, string?) Mailbox(HandEditedRow row)
    {
        if (row.Is is null) return ($"{row.Key} was taken from the mailboxes that receive.", null, $"Whether it should be suspended or go to trash is not said. {ByHand}");
        var at = row.Key.IndexOf('@');
        var usual = at > 0 ? $"{row.Key[(at + 1)..]}/{row.Key[..at]}/" : "";
        return row.Was is not null || row.Is != usual ? ($"Where mail for {row.Key} lies was edited.", null, $"Every mailbox lies at its own place below the mail root. {ByHand}")
            : ($"Add the mailbox {row.Key}, without a password.", new ImportRow(0, ImportKind.Mailbox, row.Key), null);
    }

    private static (string, ImportRow?, string?) Sender(HandEditedRow row)
    {
        var (there, wanted) = (HandEditedFile.Words(row.Is ?? ""), HandEditedFile.Words(row.Should ?? ""));
        string[] more = [.. there.Except(wanted)];
        return more.Length != 1 || wanted.Except(there).Any()
            ? ($"Who may send as {row.Key} was edited.", null, $"Only one sender more can be taken over from here; what a mailbox may send as follows from its rights and its aliases. {ByHand}")
            : ($"Let {more[0]} send as {row.Key}.", new ImportRow(0, ImportKind.Mailbox, more[0]) { SenderRights = [row.Key] }, null);
    }

    private ImportRow InTrash(ImportKind kind, string address) => new(0, kind, address) { TrashedUntil = trashUntil.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture) };

    private string Place(HandEditedFile file, string name) => file.Kind == RenderedKind.PasswdFile && Path.GetDirectoryName(file.Path) == BaselineLayout.Passwd(host) ? $"passwd/{name}" : name;

    private static string? Shown(HandEditedFile file, string key, string? value) => value is null ? null : ShownLine.Of($"{key}{(file.Kind == RenderedKind.PasswdFile ? ":" : "\t")}{value}", file.Kind);
}
