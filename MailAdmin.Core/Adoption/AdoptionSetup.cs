using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Core.Transfer;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Adoption;

/// <summary>The subject's registrations.</summary>
public static class AdoptionSetup
{
    /// <summary>Adds <see cref="AdoptionService"/>.</summary>
    public static IServiceCollection AddAdoption(this IServiceCollection services) => services.AddSingleton(p => new AdoptionService(
        p.GetRequiredService<IDbContextFactory<MailAdminContext>>(), p.GetRequiredService<IMailHosts>(), p.GetRequiredService<DesiredStates>(), p.GetRequiredService<Planner>(), p.GetRequiredService<BaseContents>(),
        p.GetRequiredService<ImportService>(), p.GetRequiredService<ApplyService>(), p.GetRequiredService<TimeProvider>(), p.GetRequiredService<IOptions<MailboxOptions>>()));
}
