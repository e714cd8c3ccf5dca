using System.Text.Json;
using MailAdmin.Core.Hosts;
using MailAdmin.Tests.Fakes;

namespace MailAdmin.Tests.Delivery.Queue;

/// <summary>Postfix's queue programs over a list in memory.</summary>
internal sealed class FakeQueue
{
    public FakeQueue() => Host.Answer = Answer;

    public FakeMailHost Host { get; } = new();

    public List<Waiting> Messages { get; } = [];

    /// <summary>Called before each postsuper, so that a test can let the queue move.</summary>
    public Action? BeforeAct { get; set; }

    /// <summary>Domains for which fast flush keeps a list.</summary>
    public HashSet<string> FastFlush { get; } = [];

    /// <summary>Every id that was flushed by itself.</summary>
    public List<string> Flushed { get; } = [];

    /// <summary>Adds messages; ids count up from <paramref name="first"/>.</summary>
    public void Add(int count, string to, string? reason = "connect to mx[192.0.2.1]:25: Connection timed out", string queue = "deferred", string sender = "bob@example.test", int first = 0, long arrival = 1_795_000_000)
    {
        for (var i = 0; i < count; i++) Messages.Add(new Waiting($"{first + i:X10}", queue, arrival + i, 1000 + i, sender, to, reason));
    }

    private CommandResult? Answer(IReadOnlyList<string> command, string input)
    {
        switch (command[0], command[3])
        {
            case ("postqueue", "-j"):
                return new CommandResult(0, string.Concat(Messages.Select(m => m.Json + "\n")), "");
            case ("postqueue", "-f"):
                return null;
            case ("postqueue", "-i"):
                lock (Flushed) Flushed.Add(command[4]);
                return null;
            case ("postqueue", "-s"):
                return FastFlush.Contains(command[4]) ? null : new CommandResult(69, "", $"postqueue: fatal: Flush service is not configured for destination \"{command[4]}\"\n");
            case ("postsuper", var option):
                BeforeAct?.Invoke();
                var ids = input.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToHashSet();
                var hit = Messages.Where(m => ids.Contains(m.Id)).ToList();
                foreach (var message in hit)
                {
                    Messages.Remove(message);
                    if (option == "-h") Messages.Add(message with { Queue = "hold" });
                    if (option is "-H" or "-r") Messages.Add(message with { Queue = option == "-r" ? "maildrop" : "deferred" });
                }
                return new CommandResult(0, "", string.Concat(hit.Select(m => $"postsuper: {m.Id}: done\n")) + $"postsuper: Done: {hit.Count} messages\n");
            case ("postcat", var what):
                if (Messages.All(m => m.Id != command[4])) return new CommandResult(1, "", $"postcat: fatal: open queue file {command[4]}: No such file or directory\n");
                return new CommandResult(0, what == "-eq" ? "sender: bob@example.test\n" : Content, "");
            default:
                return null;
        }
    }

    public string Content { get; set; } = "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nFrom: bob@example.test\r\n\r\nHello\n";
}

/// <summary>One message of the fake queue.</summary>
internal sealed record Waiting(string Id, string Queue, long Arrival, long Size, string Sender, string To, string? Reason)
{
    public string Json => JsonSerializer.Serialize(new
    {
        queue_name = Queue, queue_id = Id, arrival_time = Arrival, message_size = Size, forced_expire = false, sender = Sender,
        recipients = new[] { Reason is null ? new Dictionary<string, string> { ["address"] = To } : new() { ["address"] = To, ["delay_reason"] = Reason } },
    });
}
