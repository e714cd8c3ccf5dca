using MailAdmin.Core.Delivery.Following;
using MailAdmin.Core.Delivery.Parsing;

namespace MailAdmin.Tests.Delivery.LiveLog;

/// <summary>Lines as the follower would publish them.</summary>
internal static class Lines
{
    private static long _last;

    public static LogLine Of(string text, string service = "smtpd", LogLevel level = LogLevel.Information, EventKind kind = EventKind.Note, string? queueId = null, string? user = null, DateTimeOffset? at = null)
    {
        var head = $"Nov 26 09:40:11 mail postfix/{service}[12]: ";
        return new LogLine(Interlocked.Increment(ref _last), at ?? TimeProvider.System.GetUtcNow(), false, MailPagesFixture.Host, "/var/log/mail.log", service, level, kind, Reading.Understood, queueId, user, head + text, head.Length);
    }
}
