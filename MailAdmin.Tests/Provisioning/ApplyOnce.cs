using MailAdmin.Core;
using MailAdmin.Core.Data;
using MailAdmin.Core.Provisioning.Applying;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Tests.Provisioning;

/// <summary>A process of its own that serves what is outstanding, once it is told to.</summary>
/// <remarks>Started with a thread pool of one thread, so that one thread makes every change and its system calls come in the same order each time.</remarks>
internal static class ApplyOnce
{
    public const string Word = "apply-once";

    /// <summary>Says the number of its working thread, waits for a line, serves, and says how that ended.</summary>
    public static Task<int> RunAsync(string data) => Task.Run(async () =>
    {
        await using var services = new ServiceCollection().AddLogging().AddMailAdmin(data).Configure<Core.Provisioning.ProvisioningOptions>(o => o.VerifySample = 5).BuildServiceProvider();
        await using var db = await services.GetRequiredService<IDbContextFactory<MailAdminContext>>().CreateDbContextAsync();
        var id = await db.Hosts.Select(h => h.Id).SingleAsync();

        // No awaiting from here to the line: the thread stays the one that was named.
        Console.WriteLine(Path.GetFileName(new FileInfo("/proc/thread-self").LinkTarget));
        Console.ReadLine();
        var wanted = await db.Hosts.Where(h => h.Id == id).Select(h => h.DesiredRevision).SingleAsync();
        var served = await services.GetRequiredService<ApplyService>().ServeAsync(new HostRevision(id, wanted), ServedHost.Root, default);
        Console.WriteLine($"{served.State}: {served.Sentence}");
        return 0;
    });
}
