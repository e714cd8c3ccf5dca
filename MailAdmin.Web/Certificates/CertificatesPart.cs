using System.Globalization;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates;
using MailAdmin.Web.Controls;
using MailAdmin.Web.Overview;

namespace MailAdmin.Web.Certificates;

/// <summary>What certificates add to the first sentence of the overview.</summary>
internal sealed class CertificatesPart(CertificateService certificates, TimeProvider time) : IOverviewPart
{
    public string Subject => "certificates";

    public async Task<OverviewPartState?> ReadAsync(Actor actor, CancellationToken ct)
    {
        if (await certificates.ListAsync(new ListQuery(Limit: 500), actor, ct) is not Outcome<Page<CertificateView>>.Accepted({ Rows: { Count: > 0 } rows }, _)) return null;
        var worst = rows.MinBy(c => c.State)!;
        var link = $"/certificates/{worst.Name}";
        switch (worst.State)
        {
            case CertificateState.Wrong:
                return new OverviewPartState(Tone.Bad, "A certificate is wrong.", $"{worst.Name}: {worst.Sentence}", "Show the certificate", link);
            case CertificateState.Urgent:
                return new OverviewPartState(Tone.Warn, "A certificate needs you.", $"{worst.Name}: {worst.Sentence}", "Show the certificate", link);
            case CertificateState.Attention:
                return new OverviewPartState(Tone.Warn, "Look at a certificate.", $"{worst.Name}: {worst.Sentence}", "Show the certificate", link);
            default:
                var first = rows.Where(c => c.Live is not null).MinBy(c => c.Live!.NotAfter)!;
                var days = (first.Live!.NotAfter - time.GetUtcNow()).TotalDays;
                return new OverviewPartState(Tone.Good, "Certificates are good.", string.Create(CultureInfo.InvariantCulture, $"Certificates good for {days:0} days."), null, "/certificates");
        }
    }
}
