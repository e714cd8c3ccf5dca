using System.Diagnostics;
using System.Security.Cryptography;
using MailAdmin.Core.Hosts;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.Delivery.Queue;

/// <summary>A real Postfix that cannot deliver anything: its next server does not listen. What it is given waits.</summary>
public sealed class PostfixQueueFixture : IAsyncLifetime
{
    private readonly int _port = FreePorts.Four().Smtp;

    public string Directory { get; } = $"/tmp/ma-{RandomNumberGenerator.GetHexString(6, lowercase: true)}";

    public SqliteDatabase Database { get; private set; } = null!;

    public int Port => _port;

    private string Config => $"{Directory}/etc";

    public async ValueTask InitializeAsync()
    {
        foreach (var folder in (string[])["etc", "spool", "lib", "log"]) System.IO.Directory.CreateDirectory($"{Directory}/{folder}");
        await RunAsync("chown", "postfix", $"{Directory}/lib");
        await File.WriteAllTextAsync($"{Config}/main.cf", $"""
            compatibility_level = 3.6
            queue_directory = {Directory}/spool
            data_directory = {Directory}/lib
            maillog_file = {Directory}/log/mail.log
            maillog_file_prefixes = {Directory}/log
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            alias_maps =
            alias_database =
            mydestination =
            myhostname = mail.example.test
            mynetworks = 127.0.0.0/8
            relayhost = [127.0.0.1]:1
            fast_flush_domains = fast.test
            smtputf8_enable = yes
            """);
        await File.WriteAllTextAsync($"{Config}/master.cf", $"""
            127.0.0.1:{_port} inet n - n - - smtpd
            pickup    unix  n       -       n       1       1       pickup
            cleanup   unix  n       -       n       -       0       cleanup
            qmgr      unix  n       -       n       300     1       qmgr
            rewrite   unix  -       -       n       -       -       trivial-rewrite
            bounce    unix  -       -       n       -       0       bounce
            defer     unix  -       -       n       -       0       bounce
            trace     unix  -       -       n       -       0       bounce
            flush     unix  n       -       n       1000?   0       flush
            proxymap  unix  -       -       n       -       -       proxymap
            smtp      unix  -       -       n       -       -       smtp
            relay     unix  -       -       n       -       -       smtp
            showq     unix  n       -       n       -       -       showq
            error     unix  -       -       n       -       -       error
            retry     unix  -       -       n       -       -       error
            discard   unix  -       -       n       -       -       discard
            anvil     unix  -       -       n       -       1       anvil
            scache    unix  -       -       n       -       1       scache
            postlog   unix-dgram n  -       n       -       1       postlogd

            """);
        await RunAsync("postfix", "-c", Config, "start");
        Database = await SqliteDatabase.CreateAsync();
        await using var db = await Database.OpenAsync();
        db.Hosts.Add(new Host { Name = "mail.example.test", Kind = HostKind.Lab, PostfixDirectory = Config, ManagedDirectory = $"{Directory}/managed", LogSources = [$"{Directory}/log/mail.log"] });
        await db.SaveChangesAsync();
    }

    /// <summary>Sends so many messages from a sender to an address, over several connections at once.</summary>
    public Task FillAsync(int count, string from, string to) => RunAsync("smtp-source", "-s", "4", "-m", $"{count}", "-d", "-f", from, "-t", to, "-l", "800", $"127.0.0.1:{_port}");

    public async ValueTask DisposeAsync()
    {
        await RunAsync("postfix", "-c", Config, "stop");
        await Database.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {error}");
    }
}
