using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Transfer;

/// <summary>One import inside its transaction: domains first, then mailboxes, then aliases, then where the aliases lead.</summary>
internal sealed partial class ImportRun(
    Change change, Access access, ImportOptions options, MailboxOptions settings, IReadOnlyDictionary<int, (string? Hash, IReadOnlyList<Refusal> Reasons)> hashes, IProgress<ImportProgress>? progress, int total)
{
    private readonly Dictionary<ImportRow, ImportedRow> _verdicts = new(ReferenceEqualityComparer.Instance as IEqualityComparer<ImportRow>);
    private readonly HashSet<(ImportKind, string)> _seen = [];
    private readonly Dictionary<string, Domain> _domains = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Host> _hosts = [];
    private readonly List<ImportRow> _order = [];
    private readonly BulkWriter _writer = new(change);
    private int _checked;

    private MailAdminContext Db => change.Db;

    public async Task GoAsync(IReadOnlyList<ImportRow> rows, CancellationToken ct)
    {
        _order.AddRange(rows);
        foreach (var host in await Db.Hosts.AsNoTracking().ToListAsync(ct)) _hosts[host.Id] = host;
        await DomainsAsync(rows, ct);
        await MailboxesAsync(rows, ct);
        await AliasesAsync(rows, ct);
    }

    public ImportReport Report() => new(true, [.. _order.Select(row => _verdicts[row])]);

    private void Judge(ImportRow row, ImportVerdict verdict, string? address = null, string remark = "")
    {
        _verdicts[row] = new ImportedRow(row.Line, row.Kind, address ?? ShownText.Of(row.Address), verdict, [], row.Remark is null ? remark : $"{row.Remark} {remark}".TrimEnd());
        if (++_checked % 1000 == 0) progress?.Report(new ImportProgress("checked", _checked, total));
    }

    private void Refuse(ImportRow row, Reasons reasons)
    {
        _verdicts[row] = new ImportedRow(row.Line, row.Kind, ShownText.Of(row.Address), ImportVerdict.Refused, reasons.All, row.Remark ?? "");
        if (++_checked % 1000 == 0) progress?.Report(new ImportProgress("checked", _checked, total));
    }

    private bool IsTwice(ImportRow row, string key, Reasons reasons)
    {
        if (_seen.Add((row.Kind, key))) return false;
        reasons.Add(new ListedTwice("address", ShownText.Of(row.Address)));
        return true;
    }

    /// <summary>The same as <see cref="DomainRules.FindForAddressAsync"/>, over what was read once.</summary>
    private Domain? DomainOf(DomainName name, Reasons reasons)
    {
        if (!_domains.TryGetValue(name.ToString(), out var domain) || !access.Sees(domain.Id))
        {
            reasons.Add(new DomainUnknown("address", name.Unicode) { NextStep = "Check the spelling, add the domain first, or let missing domains be created (--create-domains)." });
            return null;
        }
        if (!access.Permits(Right.ChangeAccounts, domain.Id)) reasons.Add(access.Refuse(Right.ChangeAccounts, domain.Id));
        if (domain.TrashedUntil is not null) reasons.Add(new DomainInTrash("address", name.Unicode));
        if (domain.AliasOfId is { } other && _domains.Values.FirstOrDefault(d => d.Id == other) is { } of)
            reasons.Add(new DomainClash("address", name.Unicode, $"{name.Unicode} is an alias domain of {of.Name}: its addresses are those of {of.Name}.", $"Add the address at {of.Name}; it then answers under both names."));
        return domain;
    }

    private static long? Size(string? text, string field, Reasons reasons)
    {
        if (text is null or "none" or "default") return null;
        if (ByteQuota.TryParse(text, out var quota, out var why)) return quota.Bytes;
        reasons.Add(why, field, text);
        return null;
    }

    private static int? Count(string? text, string field, Reasons reasons)
    {
        if (text is null or "none") return null;
        if (int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)) return number;
        reasons.Add(new Malformed(field, ShownText.Of(text), $"'{ShownText.Of(text)}' is not a whole number.", "Give a number from 0, or none."));
        return null;
    }
}
