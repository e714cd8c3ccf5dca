using MailAdmin.Core.Delivery.Following;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Probes.RoundTrips;

/// <summary>The journal, from a moment before on: what is older is about other messages, and passed over.</summary>
internal sealed class JournalWatch : LogWatch
{
    private readonly IHostOutput _output;

    private JournalWatch(IHostOutput output, TimeProvider time) : base(time) => _output = output;

    public static async Task<JournalWatch> StartAsync(IMailHost reach, TimeProvider time, CancellationToken ct) =>
        new(await reach.StreamAsync(JournalCommand.Follow($"--since=@{time.GetUtcNow().AddSeconds(-2).ToUnixTimeSeconds()}"), ct), time);

    public override ValueTask DisposeAsync() => _output.DisposeAsync();

    protected override async Task FollowAsync(About about, CancellationToken ct)
    {
        var (cutter, line) = (new LineCutter(0), new JournalLine());
        while (await _output.ReadAsync(cutter.Room(), ct) is > 0 and var read)
        {
            cutter.Filled(read);
            while (cutter.TryCut(out var json, out _, out _, out _))
                if (line.TryRead(json)) about.Take(line.Bytes);
        }
    }
}
