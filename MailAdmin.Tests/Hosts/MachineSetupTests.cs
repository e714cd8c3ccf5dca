using System.Diagnostics;
using System.Security.Cryptography;

namespace MailAdmin.Tests.Hosts;

/// <summary>
/// <c>host init</c> on the machine's own /etc and ports, as an administrator runs it: copies of /etc, the spool and the daemons' folders in mount, network and process namespaces of their own,
/// so that nothing of the machine is touched. Needs the right to make namespaces, which not every container has; run by hand: <c>-explicit only -class …MachineSetupTests</c>.
/// </summary>
public sealed class MachineSetupTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // Each line of the answer is "name value": what the test looks at.
    private const string Inside = """
        set -u
        ip link set lo up; hostname mail.example.test
        for d in etc var/spool/postfix var/lib/postfix var/lib/dovecot var/log; do mount --bind "$ROOT/$d" "/$d"; done
        mount --bind "$ROOT/run" /run; mkdir -p /run/dovecot /var/vmail; mount --bind "$ROOT/vmail" /var/vmail
        say() { printf '%s %s\n' "$1" "$2"; }
        "$MAILADMIN" host add mail.example.test >&2; say add $?
        "$MAILADMIN" host init mail.example.test >&2; say init $?
        say again "$("$MAILADMIN" host init mail.example.test | tail -n 1)"
        say plan "$("$MAILADMIN" plan)"
        "$MAILADMIN" domain add example.test >&2; say domain $?
        printf 'quartz lantern 47 otter\n' | "$MAILADMIN" mailbox add alice@example.test --password-stdin >&2; say mailbox $?
        "$MAILADMIN" alias add sales@example.test alice@example.test >&2; say alias $?
        swaks --server 127.0.0.1 --port 25 --from x@elsewhere.test --to sales@example.test >/dev/null 2>&1; say delivered $?
        swaks --server 127.0.0.1 --port 25 --from x@elsewhere.test --to y@relay.test --quit-after RCPT >/dev/null 2>&1; say relayed $?
        for i in $(seq 50); do n=$(curl -sk --url imaps://127.0.0.1/INBOX --user 'alice@example.test:quartz lantern 47 otter' -X 'STATUS INBOX (MESSAGES)'); case $n in *'MESSAGES 1'*) break;; esac; done
        say inbox "$(printf '%s' "$n" | tr -d '\r')"
        say wrong "$(curl -sk --url imaps://127.0.0.1/INBOX --user 'alice@example.test:wrong' -X 'STATUS INBOX (MESSAGES)'; echo $?)"
        say plainImap "$(curl -s --max-time 3 --url imap://127.0.0.1/ >/dev/null 2>&1; echo $?)"
        say kept "$(grep -c '^maillog_file = /var/log/postfix.log$' /etc/postfix/main.cf)"
        postfix stop >&2; doveadm stop >&2
        """;

    [Fact(Explicit = true)]
    public async Task Init_OnACopyOfThisMachine_SetsUpItsOwnDaemonsOnTheirOwnPorts()
    {
        var root = $"/tmp/ma-{RandomNumberGenerator.GetHexString(6, lowercase: true)}";
        try
        {
            await RunAsync(["bash", "-c", """
                set -eu
                for d in etc var/spool/postfix var/lib/postfix var/lib/dovecot var/log; do mkdir -p "$ROOT/$d"; cp -a "/$d/." "$ROOT/$d/"; done
                mkdir -p "$ROOT/run" "$ROOT/vmail"; chmod 755 "$ROOT"
                [ -f "$ROOT/etc/postfix/main.cf" ] || cp /usr/share/postfix/main.cf.debian "$ROOT/etc/postfix/main.cf"
                printf '%s\n' 'compatibility_level = 3.6' 'myhostname = old.example.test' 'mydestination = $myhostname, localhost' 'maillog_file = /var/log/postfix.log' >> "$ROOT/etc/postfix/main.cf"
                """], root);
            var answers = (await RunAsync(["unshare", "--mount", "--net", "--pid", "--uts", "--fork", "--mount-proc", "bash", "-c", Inside], root)).Split('\n').Where(line => line.Contains(' ')).ToDictionary(line => line[..line.IndexOf(' ')], line => line[(line.IndexOf(' ') + 1)..]);
            Assert.Equal("add 0, init 0, domain 0, mailbox 0, alias 0, delivered 0", string.Join(", ", new[] { "add", "init", "domain", "mailbox", "alias", "delivered" }.Select(name => $"{name} {answers[name]}")));
            Assert.Contains("nothing had to be done", answers["again"]);
            Assert.Contains("nothing differs", answers["plan"]);
            Assert.NotEqual("0", answers["relayed"]);
            Assert.Contains("MESSAGES 1", answers["inbox"]);
            Assert.NotEqual("0", answers["wrong"]);
            Assert.NotEqual("0", answers["plainImap"]);
            Assert.Equal("1", answers["kept"]);
        }
        finally
        {
            if (Directory.Exists(root)) Directory.Delete(root, recursive: true);
        }
    }

    private static async Task<string> RunAsync(string[] command, string root)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ROOT"] = root;
        start.Environment["MAILADMIN"] = Path.Combine(AppContext.BaseDirectory, "mailadmin");
        start.Environment["MAILADMIN_DATA"] = $"{root}/data";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Ct), process.StandardError.ReadToEndAsync(Ct));
        await process.WaitForExitAsync(Ct);
        Assert.True(process.ExitCode == 0, $"{command[0]} ended with {process.ExitCode}:\n{await error}");
        return await output;
    }
}
